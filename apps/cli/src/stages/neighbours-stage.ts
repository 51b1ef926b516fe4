import { neighbourTableName, nearDuplicateTableName } from "@megapairs/dataset";
import { selfJoin } from "@megapairs/mine";
import type { ScoreEstimate } from "@megapairs/mine";
import type { Stage } from "@megapairs/run";
import type { EmbeddingMatrix, JsonValue } from "@megapairs/spec";
import { describeRows } from "../describe-rows.ts";
import { once } from "./once.ts";
import { fingerprintsOf } from "./relation.ts";
import type { BandedRelation } from "./relation.ts";
import { toRows } from "./to-rows.ts";
import type { Vectors } from "./vectors.ts";

/** What {@link createNeighboursStage} reads and how. */
export interface NeighboursStageSettings {
  readonly vectors: Vectors;
  readonly relations: readonly BandedRelation[];
  readonly shardSize: number;
  /** Called for relations of {@link MANY_IMAGES}; changes the time it takes, not the result. */
  readonly estimate: () => Promise<ScoreEstimate>;
  /** Identity of the embed stage. */
  readonly embed: string;
}

/** A range of rows of one relation's matrix. */
interface RowRangeOf {
  readonly [key: string]: JsonValue;
  readonly relation: string;
  readonly start: number;
  readonly end: number;
}

/** From so many images on a GEMM pays. */
export const MANY_IMAGES = 5000;

/** Least rows of a shard of many images: each scores all of them. */
const ROWS_OF_MANY = 2048;

/** Embeddings → the neighbours of each image in each relation's band, and its near duplicates. */
export function createNeighboursStage(settings: NeighboursStageSettings): Stage<RowRangeOf> {
  const { vectors, relations, estimate, embed } = settings;
  let loaded:
    | { readonly name: string; readonly matrix: () => Promise<EmbeddingMatrix> }
    | undefined;

  /** One relation's matrix is in memory at a time: shards come relation by relation. */
  function matrixOf(relation: BandedRelation): Promise<EmbeddingMatrix> {
    const { name } = relation;
    if (loaded?.name !== name) loaded = { name, matrix: once(() => vectors.read(relation)) };
    return loaded.matrix();
  }

  return {
    name: "neighbours",
    version: 1,
    resource: "cpu",
    settings: Object.fromEntries(
      relations.map(({ name, band, quantiles, neighbours }) => {
        const source = quantiles === undefined ? {} : { quantiles: [...quantiles] };
        return [name, { band: { ...band }, ...source, neighbours }];
      }),
    ),
    inputs: [embed],
    fingerprints: fingerprintsOf(relations),
    tables: relations.flatMap(({ name }) => [
      neighbourTableName(name),
      nearDuplicateTableName(name),
    ]),
    concurrency: 1,

    async *plan() {
      for (const relation of relations) {
        const { name } = relation;
        const rows = (await vectors.ids(relation)).length;
        const shardSize =
          rows < MANY_IMAGES ? settings.shardSize : Math.max(settings.shardSize, ROWS_OF_MANY);
        for (let start = 0; start < rows; start += shardSize) {
          const end = Math.min(start + shardSize, rows);
          const shard = `${name}-${String(start / shardSize).padStart(6, "0")}`;
          yield { shard, items: end - start, input: { relation: name, start, end } };
        }
      }
    },

    summarise: describeRows,

    async execute({ input: { relation: name, start, end }, signal, report }) {
      const relation = relations.find((one) => one.name === name)!;
      const matrix = await matrixOf(relation);
      const { neighbours, nearDuplicates } = await selfJoin({
        matrix,
        estimate: matrix.ids.length < MANY_IMAGES ? undefined : await estimate(),
        relation: name,
        band: relation.band,
        k: relation.neighbours,
        rows: { start, end },
        signal,
        onProgress: ({ completedTiles, totalTiles }) =>
          report(Math.floor(((end - start) * completedTiles) / totalTiles)),
      });
      const tables = {
        [neighbourTableName(name)]: toRows(neighbours),
        [nearDuplicateTableName(name)]: toRows(nearDuplicates),
      };
      return { tables, rejects: [] };
    },
  };
}
