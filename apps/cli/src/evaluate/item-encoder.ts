import { createHash } from "node:crypto";
import { encodeCached } from "@megapairs/embed";
import type { LazyInput, VectorCache } from "@megapairs/embed";
import type { BenchmarkItem, EncodeItems, PictureFolder } from "@megapairs/eval";
import type { ProgressReporter, StageProgress } from "@megapairs/run";
import type { EncoderInput, EncoderV1 } from "@megapairs/spec";

/** What {@link createItemEncoder} needs. */
export interface ItemEncoderSettings {
  readonly encoder: EncoderV1;
  readonly folder: PictureFolder;
  readonly cache: VectorCache;
  readonly progress: ProgressReporter;
  readonly signal: AbortSignal;
}

/**
 * Encodes items of a benchmark: vectors that are kept are not made again, where neither the text nor the
 * file (path, size, time of change) nor the box is another. An encoder of pictures alone has no prompt to
 * tell queries from candidates by: what it said of one stands for the other.
 */
export function createItemEncoder(settings: ItemEncoderSettings): EncodeItems {
  const { encoder, folder, cache, progress, signal } = settings;
  const hasRoles = encoder.supports.inputs.some((kind) => kind !== "image");
  return async (items, asked) => {
    const role = hasRoles ? asked : "candidate";
    const inputs: LazyInput[] = [];
    for (const item of items) {
      inputs.push({
        key: await keyOf(item, role, folder),
        load: (inner) => load(item, folder, inner),
      });
    }
    let stage: StageProgress | undefined;
    let last = 0;
    try {
      const { embeddings, rejects } = await encodeCached({
        encoder,
        cache,
        inputs,
        role,
        signal,
        onProgress: (completed, total) => {
          if (stage === undefined) {
            if (completed < total)
              stage = progress.stage(`encode ${NAMES[asked]}`, total, { resumedItems: completed });
          } else stage.advance(completed - last);
          last = completed;
        },
      });
      stage?.reject(rejects.length);
      stage?.end();
      return { vectors: embeddings, rejects };
    } catch (error) {
      stage?.stop();
      throw error;
    }
  };
}

const NAMES = { query: "queries", candidate: "candidates" } as const;

async function keyOf(
  { picture, text }: BenchmarkItem,
  role: string,
  folder: PictureFolder,
): Promise<string> {
  const found = picture && ((await folder.locate(picture)) ?? { path: picture.paths[0] });
  const facts = JSON.stringify([role, text ?? null, found ?? null, picture?.box ?? null]);
  return createHash("sha256").update(facts).digest("hex");
}

async function load(
  { picture, text }: BenchmarkItem,
  folder: PictureFolder,
  signal: AbortSignal,
): Promise<EncoderInput> {
  if (picture === undefined) return { type: "text", text: text ?? "" };
  const image = await folder.read(picture, signal);
  return text === undefined ? { type: "image", image } : { type: "composed", image, text };
}
