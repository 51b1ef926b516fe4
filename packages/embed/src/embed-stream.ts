import type { ImageLimits } from "@megapairs/image";
import type { EncodeOptions } from "@megapairs/spec";
import { checkCounts } from "./check-count.ts";
import { chunk } from "./chunk.ts";
import { embedBatch } from "./embed-batch.ts";
import type { EmbeddedBatch, EmbedImage } from "./embed-batch.ts";
import { checkRelations } from "./embed-relation.ts";
import type { EmbedRelation, StoredIds } from "./embed-relation.ts";
import { mapAhead } from "./map-ahead.ts";

/** Options of {@link embedStream}. */
export interface EmbedStreamOptions {
  readonly relations: readonly EmbedRelation[];
  /** Ids distinct. Read as places become free, never all at once. */
  readonly images: AsyncIterable<EmbedImage> | Iterable<EmbedImage>;
  /**
   * Ids of the images that a relation's encoder, of the same fingerprint, has embedded before: they
   * are skipped. Asked once for each relation. Nothing is stored by default.
   */
  readonly stored?: ((relationName: string) => StoredIds) | undefined;
  /** Which side of retrieval the images are on; `candidate` by default. */
  readonly role?: EncodeOptions["role"] | undefined;
  /** Images in one batch, 32 by default. Encoders that take fewer get several calls for a batch. */
  readonly batchSize?: number | undefined;
  /** Batches in work at once, 2 by default: one is decoded while another is encoded. */
  readonly concurrency?: number | undefined;
  /** What one file may cost to decode; `defaultImageLimits` of `@megapairs/image` by default. */
  readonly limits?: Partial<ImageLimits> | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Embeds any number of images under several relations: each file is decoded once, and the same
 * pixels go to every image encoder. Batches come in image order.
 *
 * An image that does not decode (`corrupt-data`, `unsupported`), or that an encoder refuses with
 * `corrupt-data`, is one reject and has a row in no relation, its caption's included. Stored vectors
 * prove that an image decodes; where there are none it is decoded even if captions alone are wanted.
 *
 * Memory: `batchSize x concurrency` decoded images, beside one batch in the caller's hands. Nothing
 * is read on while the caller holds a batch, apart from what is in work. Stopping early, a failure
 * or an abort ends the work in flight first.
 *
 * Rejects with `invalid-argument` on no relation, two of one name, or settings out of range,
 * `unsupported` when an encoder does not take what its relation looks at, and as `encode` does.
 */
export async function* embedStream(options: EmbedStreamOptions): AsyncGenerator<EmbeddedBatch> {
  const { relations, images, role, batchSize = 32, concurrency = 2, limits, signal } = options;
  checkCounts({ batchSize, concurrency });
  checkRelations(relations);
  const tasks = relations.map((relation) => ({
    ...relation,
    stored: options.stored?.(relation.name) ?? new Set<string>(),
  }));
  yield* mapAhead({
    items: chunk(images, batchSize),
    concurrency,
    work: (batch, inner) => embedBatch(batch, { tasks, role, limits, signal: inner }),
    signal,
  });
}
