import { decodeImage } from "@megapairs/image";
import type { DecodeImageOptions } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import type { ImagePixels, RejectRecord } from "@megapairs/spec";

/** The files of a batch after decoding: each is in one of the two. */
export interface DecodedBatch {
  /** By image id. */
  readonly pixels: ReadonlyMap<string, ImagePixels>;
  /** Files that are no readable image, in the order given. */
  readonly rejects: readonly RejectRecord[];
}

/** Decodes files side by side, on as many threads as libuv has. */
export async function decodeBatch(
  files: readonly { readonly id: string; readonly bytes: Uint8Array }[],
  options: DecodeImageOptions,
): Promise<DecodedBatch> {
  const pixels = new Map<string, ImagePixels>();
  const rejects: RejectRecord[] = [];
  const decoded = await Promise.allSettled(files.map(({ bytes }) => decodeImage(bytes, options)));
  for (const [index, { id }] of files.entries()) {
    const outcome = decoded[index]!;
    if (outcome.status === "fulfilled") pixels.set(id, outcome.value);
    else rejects.push(rejectOf(id, outcome.reason));
  }
  return { pixels, rejects };
}

function rejectOf(item: string, error: unknown): RejectRecord {
  if (MegaPairsError.isInstance(error) && UNREADABLE.has(error.code)) {
    return { item, code: error.code, reason: error.message };
  }
  throw error;
}

const UNREADABLE: ReadonlySet<string> = new Set(["corrupt-data", "unsupported"]);
