import type { ImageLimits } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingRecord, EncodeOptions, ImagePixels, RejectRecord } from "@megapairs/spec";
import { decodeBatch } from "./decode-batch.ts";
import type { EmbedTask } from "./embed-relation.ts";
import { encode } from "./encode.ts";

/** An image to embed. */
export interface EmbedImage {
  /** SHA-256 of the file's bytes, as everywhere; any distinct string does. */
  readonly id: string;
  /** The encoded file. */
  readonly bytes: Uint8Array;
  /** Without one, or with white space alone, the image has no row in caption relations. */
  readonly caption?: string | undefined;
}

/** What became of the images of a batch in one relation. Rejected images are in none of these. */
export interface EmbedCounts {
  readonly embedded: number;
  /** Skipped, since they are stored. */
  readonly stored: number;
  /** Without a row, since they have no caption. */
  readonly missingCaptions: number;
}

/** What a batch of consecutive images gave. */
export interface EmbeddedBatch {
  /** Images in the batch. */
  readonly images: number;
  /** By relation name, in image order. */
  readonly embeddings: Readonly<Record<string, readonly EmbeddingRecord[]>>;
  /** In image order, at most one for an image. */
  readonly rejects: readonly RejectRecord[];
  /** By relation name. */
  readonly counts: Readonly<Record<string, EmbedCounts>>;
}

/** How a batch is embedded. */
export interface EmbedBatchOptions {
  readonly tasks: readonly EmbedTask[];
  readonly role: EncodeOptions["role"] | undefined;
  readonly limits: Partial<ImageLimits> | undefined;
  readonly signal: AbortSignal;
}

/** Decodes a batch once, then lets all encoders at it. See `embedStream`. */
export async function embedBatch(
  images: readonly EmbedImage[],
  options: EmbedBatchOptions,
): Promise<EmbeddedBatch> {
  checkDistinct(images);
  const { tasks, limits, signal } = options;
  const { pixels, rejects: undecodable } = await decodeBatch(
    images.filter((image) => needsDecoding(image, tasks)),
    { limits, signal },
  );
  const rejects = new Map(undecodable.map((reject) => [reject.item, reject]));
  const encodings = await allOrFirstFailure(
    tasks.map((task) => {
      const wanted = images.filter((image) => !rejects.has(image.id) && wants(task, image));
      return encodeTask(task, wanted, pixels, options);
    }),
  );
  for (const reject of encodings.flatMap((encoding) => encoding.rejects)) {
    if (!rejects.has(reject.item)) rejects.set(reject.item, reject);
  }

  const kept = images.filter(({ id }) => !rejects.has(id));
  const embeddings = tasks.map(({ name }, index) => {
    const rows = encodings[index]!.rows.filter(({ imageId }) => !rejects.has(imageId));
    return [name, rows] as const;
  });
  return {
    images: images.length,
    embeddings: Object.fromEntries(embeddings),
    rejects: images.flatMap(({ id }) => rejects.get(id) ?? []),
    counts: Object.fromEntries(tasks.map((task) => [task.name, count(task, kept)])),
  };
}

interface TaskEncoding {
  readonly rows: readonly EmbeddingRecord[];
  readonly rejects: readonly RejectRecord[];
}

async function encodeTask(
  { name, encoder, input }: EmbedTask,
  images: readonly EmbedImage[],
  pixels: ReadonlyMap<string, ImagePixels>,
  { role, signal }: EmbedBatchOptions,
): Promise<TaskEncoding> {
  const result = await encode({
    encoder,
    inputs: images.map(({ id, caption }) =>
      input === "image"
        ? { type: "image", image: pixels.get(id)! }
        : { type: "text", text: caption! },
    ),
    role,
    batchSize: Math.max(1, images.length),
    concurrency: 1,
    signal,
  });
  const { dimensions } = encoder;
  const rows = result.indices.map((index, row) => ({
    imageId: images[index]!.id,
    vector: result.embeddings.slice(row * dimensions, (row + 1) * dimensions),
  }));
  const rejects = result.rejects.map(({ index, code, reason }) => ({
    item: images[index]!.id,
    code,
    reason: `${name}: ${reason}`,
  }));
  return { rows, rejects };
}

function wants(task: EmbedTask, image: EmbedImage): boolean {
  return !task.stored.has(image.id) && !lacksCaption(task, image);
}

function lacksCaption({ input }: EmbedTask, { caption }: EmbedImage): boolean {
  return input === "caption" && (caption ?? "").trim() === "";
}

function needsDecoding(image: EmbedImage, tasks: readonly EmbedTask[]): boolean {
  const wanting = tasks.filter((task) => wants(task, image));
  const proven = tasks.some(({ stored }) => stored.has(image.id));
  return wanting.some(({ input }) => input === "image") || (wanting.length > 0 && !proven);
}

function count(task: EmbedTask, kept: readonly EmbedImage[]): EmbedCounts {
  const stored = kept.filter(({ id }) => task.stored.has(id)).length;
  const embedded = kept.filter((image) => wants(task, image)).length;
  return { embedded, stored, missingCaptions: kept.length - stored - embedded };
}

/** Like `Promise.all`, but lets the others end before it fails with the first one's reason. */
async function allOrFirstFailure<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  await Promise.allSettled(work);
  return Promise.all(work);
}

function checkDistinct(images: readonly EmbedImage[]): void {
  const seen = new Set<string>();
  for (const { id } of images) {
    if (seen.has(id)) {
      throw new MegaPairsError(
        "invalid-argument",
        `Image ${id} comes twice; expected distinct ids.`,
      );
    }
    seen.add(id);
  }
}
