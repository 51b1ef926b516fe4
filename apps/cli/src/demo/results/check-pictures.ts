import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunDatabase } from "@megapairs/dataset";
import { embedImages, stackEmbeddings } from "@megapairs/embed";
import { findLeaks } from "@megapairs/mine";
import type { Check } from "@megapairs/report";
import { createComposedBenchmark } from "@megapairs/scenes";
import type { Relation } from "../../stages/relation.ts";
import { createVectors } from "../../stages/vectors.ts";
import type { PreparedBenchmark } from "../prepare-benchmark.ts";

/** Pictures trained on and pictures asked about. */
export interface CheckPicturesOptions {
  readonly database: RunDatabase;
  readonly relations: readonly Relation[];
  /** Digest of the ingest stage. */
  readonly ingested: string;
  readonly benchmark: PreparedBenchmark;
  readonly signal: AbortSignal;
}

type NamedBytes = readonly { readonly id: string; readonly bytes: Uint8Array }[];

/**
 * Whether the benchmark's pictures were trained on: by content, and by the cosine of each to the most
 * similar one of the corpus, beside that of renderings made for the comparison, which cannot have been.
 */
export async function checkPictures(options: CheckPicturesOptions): Promise<Check[]> {
  const { database, benchmark } = options;
  const images: NamedBytes = await Promise.all(
    benchmark.made.pictures.map(async ({ path }) => {
      return { id: path, bytes: await readFile(join(benchmark.images, path)) };
    }),
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
  { database, relations, ingested, benchmark, signal }: CheckPicturesOptions,
  images: NamedBytes,
): Promise<Check> {
  const visual = relations.filter(({ input }) => input === "image");
  const control = createComposedBenchmark({
    seed: benchmark.settings.seed + CONTROL,
    renderings: 1,
    queries: 1,
  });
  const rendered = control.pictures.map(async ({ path, read }) => {
    return { id: path, bytes: await read() };
  });
  const sets = { benchmark: images, control: await Promise.all(rendered) };
  const vectors = createVectors(database, ingested);
  const rows: string[][] = [];
  for (const [name, pictures] of Object.entries(sets)) {
    const { embeddings } = await embedImages({ relations: visual, images: pictures, signal });
    for (const relation of visual) {
      const matrix = stackEmbeddings(embeddings[relation.name] ?? [], relation.encoder.dimensions);
      const evaluation = await vectors.read(relation);
      const found = await findLeaks({ matrix, evaluation, threshold: LEAST, signal });
      rows.push([`${relation.name}, ${name}`, ...quantiles(found.map(({ score }) => score))]);
    }
  }
  return {
    name: "Near-duplicates",
    verdict: "measured",
    finding:
      "Cosine of each picture of the benchmark to the most similar one of the corpus, and of control pictures, the same things rendered anew: where pictures had leaked, the benchmark would lie nearer.",
    table: {
      columns: ["relation", ...SHARES.map((share) => `${100 * share} %`), "highest"],
      rows: rows.toSorted(([one = ""], [other = ""]) => (one < other ? -1 : 1)),
    },
  };
}

/** Seeds of control pictures begin here. */
const CONTROL = 1_000_003;

/** All pairs are over it. */
const LEAST = -1 + 1e-9;

const SHARES = [0.1, 0.5, 0.9, 0.99];

function quantiles(cosines: readonly number[]): string[] {
  const sorted = cosines.toSorted((one, other) => one - other);
  return [...SHARES, 1].map((share) =>
    (sorted[Math.ceil(share * (sorted.length - 1))] ?? NaN).toFixed(4),
  );
}
