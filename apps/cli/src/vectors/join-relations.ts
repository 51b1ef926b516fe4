import { reportRelation } from "@megapairs/mine";
import type { RelationReport, SimilarityBand } from "@megapairs/mine";
import { createProgress } from "@megapairs/run";
import type { VectorSource } from "@megapairs/spec";
import { joinRelation } from "./join-relation.ts";
import type { JoinedRelation } from "./join-relation.ts";

/** A relation, as a file of vectors has it. */
export interface SourceRelation {
  readonly name: string;
  readonly source: VectorSource;
  readonly band: SimilarityBand;
}

/** How relations are joined. */
export interface JoinRelationsOptions {
  readonly k: number;
  /** Share of the neighbours to find, measured; 1: all. */
  readonly recall: number;
  /** Where joins are kept. */
  readonly joins?: string | undefined;
  readonly seed: number;
  /** Progress as JSON lines. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** What one relation contributed, and what of its join was done before. */
export interface VectorRelationReport
  extends RelationReport, Pick<JoinedRelation, "kept" | "redone"> {}

/** Joins relations one after the other, with one line of progress for all. */
export async function joinRelations(
  relations: readonly SourceRelation[],
  { k, recall, joins: kept, seed, json, signal }: JoinRelationsOptions,
): Promise<JoinedRelation[]> {
  const rows = relations[0]?.source.ids.length ?? 0;
  const progress = createProgress({ json }).stage("join", relations.length * rows);
  const joins: JoinedRelation[] = [];
  let advanced = 0;
  const advance = (share: number): void => {
    const done = Math.floor(rows * (joins.length + share));
    progress.advance(done - advanced);
    advanced = done;
  };
  try {
    for (const { name: relation, source: matrix, band } of relations) {
      const joining = { relation, matrix, band, k, recall, seed, joins: kept, signal };
      const joined = await joinRelation({
        ...joining,
        onProgress: ({ completedTiles, totalTiles }) => advance(completedTiles / totalTiles),
      });
      joins.push(joined);
      advance(0);
    }
  } catch (error) {
    progress.stop();
    throw error;
  }
  progress.end();
  return joins;
}

/** Counts what each join found. */
export async function reportRelations(
  relations: readonly SourceRelation[],
  joins: readonly JoinedRelation[],
  { seed, signal }: Pick<JoinRelationsOptions, "seed" | "signal">,
): Promise<VectorRelationReport[]> {
  const reports: VectorRelationReport[] = [];
  for (const [place, { name: relation, source: matrix, band }] of relations.entries()) {
    const { joined, kept, redone } = joins[place]!;
    const images = matrix.ids.length;
    const report = { relation, matrix, band, joined, images, seed, signal };
    reports.push({ ...(await reportRelation(report)), kept, redone });
  }
  return reports;
}
