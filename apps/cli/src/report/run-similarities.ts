import type { RelationSimilarities } from "@megapairs/report";
import type { RunDatabase } from "@megapairs/dataset";
import { quantilesOf } from "../calibrate-run.ts";
import { relationHistograms } from "../relation-histograms.ts";
import type { RelationHistogram, RelationHistogramsOptions } from "../relation-histograms.ts";

/** Of a fiftieth each: what an eye tells apart. */
const BINS = 100;

const WHAT: Readonly<Record<string, string>> = {
  D: "pictures that look alike",
  I: "pictures that mean alike",
  T: "captions that say alike",
};

/** How cosines are spread in each relation of an embedded run, and what was mined; none before embedding. */
export async function runSimilarities(
  options: RelationHistogramsOptions & {
    /** Pairs by the relations that found them. */
    readonly pairsByRelations: Readonly<Record<string, number>>;
  },
): Promise<RelationSimilarities[] | undefined> {
  const { record, database, pairsByRelations } = options;
  if (record.stages["embed"]?.state !== "done") return undefined;
  const isMined = record.stages["neighbours"]?.state === "done";
  const arePaired = record.stages["pairs"]?.state === "done";
  const found: RelationSimilarities[] = [];
  for await (const one of relationHistograms(options)) {
    const { relation, settings, matrix, histogram, band } = one;
    const { encoder } = settings;
    found.push({
      relation,
      what: WHAT[relation],
      encoder: typeof encoder === "string" ? encoder : encoder.model,
      images: matrix.ids.length,
      sampledQueries: histogram.queries,
      ...coarse(histogram),
      band,
      quantiles: quantilesOf(histogram),
      ...(isMined && (await countMined(database, relation))),
      ...(arePaired && { pairs: pairsOf(relation, pairsByRelations) }),
    });
  }
  return found;
}

function coarse({ counts }: RelationHistogram["histogram"]): { edges: number[]; counts: number[] } {
  const width = counts.length / BINS;
  return {
    edges: Array.from({ length: BINS + 1 }, (_, at) => Number(((2 * at) / BINS - 1).toFixed(2))),
    counts: Array.from({ length: BINS }, (_, at) =>
      counts.slice(at * width, (at + 1) * width).reduce((sum, count) => sum + count, 0),
    ),
  };
}

async function countMined(
  database: RunDatabase,
  relation: string,
): Promise<Pick<RelationSimilarities, "neighbours" | "nearDuplicates">> {
  let [neighbours, nearDuplicates] = [0, 0];
  for await (const row of database.readNeighbours(relation)) neighbours += row.neighbours.length;
  for await (const row of database.readNearDuplicates(relation)) nearDuplicates += row.total;
  // Each pair is in the lists of both.
  return { neighbours, nearDuplicates: nearDuplicates / 2 };
}

function pairsOf(relation: string, pairsByRelations: Readonly<Record<string, number>>): number {
  return Object.entries(pairsByRelations)
    .filter(([names]) => names.split("+").includes(relation))
    .reduce((sum, [, count]) => sum + count, 0);
}
