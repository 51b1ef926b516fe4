import { createHash } from "node:crypto";
import type { RunDatabase } from "@megapairs/dataset";
import { embedImages, stackEmbeddings } from "@megapairs/embed";
import { findLeaks } from "@megapairs/mine";
import type { Check } from "@megapairs/report";
import type { ComposedBenchmark } from "@megapairs/scenes";
import type { EmbeddingMatrix } from "@megapairs/spec";
import type { Relation } from "../../stages/relation.ts";
import { createVectors } from "../../stages/vectors.ts";

/** Pictures trained on and pictures asked about. */
export interface CheckPicturesOptions {
  readonly database: RunDatabase;
  readonly relations: readonly Relation[];
  /** Digest of the ingest stage. */
  readonly ingested: string;
  readonly benchmark: ComposedBenchmark;
  readonly signal: AbortSignal;
}

/**
 * Whether the benchmark's pictures were trained on: by content, and by the cosine of each to the most
 * similar one of the corpus, beside what pictures of the corpus have to one another.
 */
export async function checkPictures(options: CheckPicturesOptions): Promise<Check[]> {
  const { database, benchmark } = options;
  const images = await Promise.all(
    benchmark.pictures.map(async ({ path, read }) => ({ id: path, bytes: await read() })),
  );
  const ids = await database.imageIds();
  const known = new Set(ids);
  const same = images.filter(({ bytes }) =>
    known.has(createHash("sha256").update(bytes).digest("hex")),
  );
  const content: Check = {
    name: "No picture in common",
    verdict: same.length === 0 ? "passed" : "failed",
    finding: `${same.length} of the benchmark's ${images.length} pictures are among the ${ids.length} of the corpus, by SHA-256 of their bytes.`,
  };
  return [content, await checkCosines(options, images)];
}

async function checkCosines(
  { database, relations, ingested, signal }: CheckPicturesOptions,
  images: readonly { readonly id: string; readonly bytes: Uint8Array }[],
): Promise<Check> {
  const visual = relations.filter(({ input }) => input === "image");
  const { embeddings } = await embedImages({ relations: visual, images, signal });
  const vectors = createVectors(database, ingested);
  const rows: string[][] = [];
  for (const relation of visual) {
    const { name, encoder } = relation;
    const corpus = await vectors.read(relation);
    const asked = stackEmbeddings(embeddings[name] ?? [], encoder.dimensions);
    rows.push([`${name}, benchmark to corpus`, ...quantiles(await nearest(asked, corpus, signal))]);
    rows.push([`${name}, corpus to corpus`, ...quantiles(await nearestOther(corpus, signal))]);
  }
  return {
    name: "Near-duplicates",
    verdict: "measured",
    finding:
      "Cosine of each picture to the most similar one of the corpus. Leaked pictures would lie nearer to the corpus than its own pictures lie to one another.",
    table: { columns: ["relation", ...SHARES.map((share) => `${100 * share} %`), "highest"], rows },
  };
}

/** All pairs are over it. */
const LEAST = -1 + 1e-9;

const SHARES = [0.1, 0.5, 0.9, 0.99];

function quantiles(cosines: readonly number[]): string[] {
  const sorted = cosines.toSorted((one, other) => one - other);
  return [...SHARES, 1].map((share) =>
    (sorted[Math.ceil(share * (sorted.length - 1))] ?? NaN).toFixed(4),
  );
}

/** The highest cosine of each row of one matrix with a row of another. */
async function nearest(
  matrix: EmbeddingMatrix,
  evaluation: EmbeddingMatrix,
  signal: AbortSignal,
): Promise<number[]> {
  const found = await findLeaks({ matrix, evaluation, threshold: LEAST, signal });
  return found.map(({ score }) => score);
}

/** The highest cosine of each row with one of the other half, in the order of the content hashes. */
async function nearestOther(matrix: EmbeddingMatrix, signal: AbortSignal): Promise<number[]> {
  const middle = Math.floor(matrix.ids.length / 2);
  const half = (start: number, end: number): EmbeddingMatrix => ({
    ids: matrix.ids.slice(start, end),
    dimensions: matrix.dimensions,
    vectors: matrix.vectors.subarray(start * matrix.dimensions, end * matrix.dimensions),
  });
  return nearest(half(0, middle), half(middle, matrix.ids.length), signal);
}
