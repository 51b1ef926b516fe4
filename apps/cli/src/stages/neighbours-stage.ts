import { neighbourTableName, nearDuplicateTableName } from "@megapairs/dataset";
import { selfJoin } from "@megapairs/mine";
import type { JoinMethod } from "@megapairs/mine";
import type { ProgressReporter, ShardExecution, Stage } from "@megapairs/run";
import type { JsonValue } from "@megapairs/spec";
import { describeRows } from "../describe-rows.ts";
import { joinWhole } from "./join-whole.ts";
import type { JoinedRows } from "./join-whole.ts";
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
  /** Share of the neighbours to find in large corpora, measured. */
  readonly recall: number;
  /** Shows how far the join of many images is. */
  readonly progress?: ProgressReporter | undefined;
  /** Takes how a relation was joined, before its first shard is committed. */
  readonly onJoined: (relation: string, method: JoinMethod) => Promise<void>;
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

/** From so many images on a relation is joined as a whole, on all cores. */
export const MANY_IMAGES = 5000;

/** Least rows of a shard of many images. */
const ROWS_OF_MANY = 2048;

/** Rows of a relation, with the shard to show progress of. */
interface JoinRange {
  readonly start: number;
  readonly end: number;
  readonly execution: Pick<ShardExecution, "signal" | "report">;
}

type JoinRows = (range: JoinRange) => Promise<JoinedRows>;

/**
 * Embeddings → the neighbours of each image in each relation's band, and its near duplicates. Few
 * images are joined shard by shard. Many are joined once, which takes half the work, and shards are
 * parts of that: a run that was killed joins the relation it was at again, and gets the same.
 */
export function createNeighboursStage(settings: NeighboursStageSettings): Stage<RowRangeOf> {
  const { vectors, relations, recall, progress, onJoined, embed } = settings;
  let opened: { readonly name: string; readonly join: () => Promise<JoinRows> } | undefined;

  /** One relation is in memory at a time: shards come relation by relation. */
  function joinOf(relation: BandedRelation, signal: AbortSignal): Promise<JoinRows> {
    const { name } = relation;
    if (opened?.name !== name) opened = { name, join: once(() => openJoin(relation, signal)) };
    return opened.join();
  }

  async function openJoin(relation: BandedRelation, signal: AbortSignal): Promise<JoinRows> {
    const { name, band, neighbours: k } = relation;
    const matrix = await vectors.read(relation);
    const options = { matrix, relation: name, band, k };
    if (matrix.ids.length < MANY_IMAGES) {
      await onJoined(name, { name: "exact" });
      return async ({ start, end, execution }) =>
        selfJoin({
          ...options,
          rows: { start, end },
          signal: execution.signal,
          onProgress: ({ completedTiles, totalTiles }) =>
            execution.report(Math.floor(((end - start) * completedTiles) / totalTiles)),
        });
    }
    const { rows, method } = await joinWhole({ ...options, recall, progress, signal });
    await onJoined(name, method);
    return async ({ start, end }) => rows(start, end);
  }

  return {
    name: "neighbours",
    version: 2,
    resource: "cpu",
    settings: Object.fromEntries(
      relations.map(({ name, band, quantiles, neighbours }) => {
        const source = quantiles === undefined ? {} : { quantiles: [...quantiles] };
        return [name, { band: { ...band }, ...source, neighbours, recall }];
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
      const join = await joinOf(relation, signal);
      const { neighbours, nearDuplicates } = await join({
        start,
        end,
        execution: { signal, report },
      });
      const tables = {
        [neighbourTableName(name)]: toRows(neighbours),
        [nearDuplicateTableName(name)]: toRows(nearDuplicates),
      };
      return { tables, rejects: [] };
    },
  };
}
