import { createHash } from "node:crypto";
import type { CorpusV1, JsonValue, RejectRecord } from "@megapairs/spec";
import { rejectOf } from "./reject-of.ts";

/** A picture of an evaluation set. */
export interface EvaluationPicture {
  readonly path: string;
  /** SHA-256 of the bytes: the id that a corpus would give it. */
  readonly hash: string;
  readonly bytes: Uint8Array;
}

/** Reads the pictures of a shard of an evaluation set, by ascending path; a reject for each that is not to be read. */
export async function readEvaluationPictures(
  corpus: CorpusV1,
  shard: JsonValue,
  signal: AbortSignal,
): Promise<{ readonly pictures: readonly EvaluationPicture[]; readonly rejects: RejectRecord[] }> {
  const pictures: EvaluationPicture[] = [];
  const rejects: RejectRecord[] = [];
  for await (const entry of corpus.read(shard)) {
    signal.throwIfAborted();
    try {
      const bytes = await entry.read();
      const hash = createHash("sha256").update(bytes).digest("hex");
      pictures.push({ path: entry.path, hash, bytes });
    } catch (error) {
      rejects.push(rejectOf(entry.path, error));
    }
  }
  pictures.sort((first, second) => (first.path < second.path ? -1 : 1));
  return { pictures, rejects };
}
