import type { EmbeddingMatrix, VectorSource } from "@megapairs/spec";
import { explainEmptyBand } from "./calibrate/explain-empty-band.ts";
import { similarityHistogram } from "./calibrate/similarity-histogram.ts";
import type { JoinMethod } from "./join-method.ts";
import type { SelfJoinResult } from "./self-join.ts";
import type { SimilarityBand } from "./similarity-band.ts";

/** What one relation contributed. */
export interface RelationReport {
  readonly relation: string;
  /** Images that have an embedding. */
  readonly images: number;
  /** Images that other relations know and this one does not: without a caption, say. */
  readonly missingImages: number;
  /** Directed (query, neighbour) entries kept. */
  readonly neighbours: number;
  /** Images of this relation without a neighbour in the band. */
  readonly emptyQueries: number;
  /** Directed (image, near duplicate) entries over the band, listed or not. */
  readonly nearDuplicates: number;
  /** How the join was made: exactly, where it does not say; with its recall, where it is not all. */
  readonly method: JoinMethod;
  /** {@link explainEmptyBand}'s line, when the band caught nothing at all. */
  readonly warning: string | undefined;
}

/** What {@link reportRelation} reports on. */
export interface ReportRelationOptions {
  readonly relation: string;
  readonly matrix: EmbeddingMatrix | VectorSource;
  readonly band: SimilarityBand;
  readonly joined: SelfJoinResult;
  /** Images that any relation knows. */
  readonly images: number;
  /** Decides which images are sampled to explain an empty band. */
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
}

/** Counts what the join of one relation found, and explains a band that caught nothing. */
export async function reportRelation(options: ReportRelationOptions): Promise<RelationReport> {
  const { relation, matrix, band, joined, images, seed, signal } = options;
  let [kept, emptyQueries, nearDuplicates] = [0, 0, 0];
  for (const { neighbours } of joined.neighbours) {
    kept += neighbours.length;
    if (neighbours.length === 0) emptyQueries += 1;
  }
  for (const { total } of joined.nearDuplicates) nearDuplicates += total;
  const own = matrix.ids.length;
  const report = {
    relation,
    images: own,
    missingImages: images - own,
    neighbours: kept,
    emptyQueries,
    nearDuplicates,
    method: joined.method ?? { name: "exact" as const },
  };
  if (kept > 0) return { ...report, warning: undefined };
  const histogram = await similarityHistogram({ matrix, seed, signal });
  return { ...report, warning: explainEmptyBand({ relation, band, histogram }) };
}
