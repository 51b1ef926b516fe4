import type { EmbeddingRecord, RejectRecord } from "@megapairs/spec";
import type { EmbedCounts } from "./embed-batch.ts";
import { embedStream } from "./embed-stream.ts";
import type { EmbedStreamOptions } from "./embed-stream.ts";

/** Options of {@link embedImages}. */
export interface EmbedImagesOptions extends EmbedStreamOptions {
  /** Called after each batch with the number of images done, stored and rejected ones included. */
  readonly onProgress?: ((completed: number) => void) | undefined;
}

/** Result of {@link embedImages}. */
export interface EmbedImagesResult {
  /** By relation name, in image order. */
  readonly embeddings: Readonly<Record<string, readonly EmbeddingRecord[]>>;
  /** In image order, at most one for an image. */
  readonly rejects: readonly RejectRecord[];
  /** By relation name. */
  readonly counts: Readonly<Record<string, EmbedCounts>>;
}

/**
 * Embeds images under several relations and gathers everything: `embedStream` for as many as fit in
 * memory, embeddings alone that is. Rejects as it does.
 */
export async function embedImages(options: EmbedImagesOptions): Promise<EmbedImagesResult> {
  const gathered = options.relations.map(({ name }) => ({
    name,
    rows: [] as EmbeddingRecord[],
    counts: { embedded: 0, stored: 0, missingCaptions: 0 },
  }));
  const rejects: RejectRecord[] = [];
  let completed = 0;
  for await (const batch of embedStream(options)) {
    for (const { name, rows, counts } of gathered) {
      for (const row of batch.embeddings[name]!) rows.push(row);
      counts.embedded += batch.counts[name]!.embedded;
      counts.stored += batch.counts[name]!.stored;
      counts.missingCaptions += batch.counts[name]!.missingCaptions;
    }
    for (const reject of batch.rejects) rejects.push(reject);
    completed += batch.images;
    options.onProgress?.(completed);
  }
  return {
    embeddings: Object.fromEntries(gathered.map(({ name, rows }) => [name, rows])),
    rejects,
    counts: Object.fromEntries(gathered.map(({ name, counts }) => [name, counts])),
  };
}
