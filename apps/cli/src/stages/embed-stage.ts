import type { RunDatabase } from "@megapairs/dataset";
import { embedImages } from "@megapairs/embed";
import type { ImageLimits } from "@megapairs/image";
import type { Stage, StageSummary } from "@megapairs/run";
import { describeRows } from "../describe-rows.ts";
import { once } from "./once.ts";
import { fingerprintsOf } from "./relation.ts";
import type { Relation } from "./relation.ts";
import { shardsOfStage } from "./shards-of-stage.ts";
import { toRows } from "./to-rows.ts";
import type { Vectors } from "./vectors.ts";

/** What {@link createEmbedStage} reads and how. */
export interface EmbedStageSettings {
  readonly database: RunDatabase;
  readonly relations: readonly Relation[];
  readonly limits: Partial<ImageLimits>;
  readonly vectors: Vectors;
  readonly ingest: StageSummary;
}

/**
 * `images` → one table of embeddings for each relation, one decode for all of them. Vectors that are
 * stored are kept; a picture that does not decode is rejected and has no vector in any relation.
 * Because they are kept, the stage is made again whenever ingesting gave other images or captions.
 */
export function createEmbedStage(settings: EmbedStageSettings): Stage<string> {
  const { database, relations, limits, vectors, ingest } = settings;
  const tableOf = new Map(relations.map((relation) => [relation.name, vectors.tableOf(relation)]));
  const stored = once(() => storedIds(vectors, relations));

  return {
    name: "embed",
    version: 1,
    resource: "cpu",
    settings: {
      limits: { ...limits },
      relations: Object.fromEntries(relations.map(({ name, input }) => [name, { input }])),
    },
    inputs: [ingest.identity, ingest.digest],
    fingerprints: fingerprintsOf(relations),
    tables: [...tableOf.values()],

    plan: () => shardsOfStage(database, ingest.identity, "images"),

    summarise: describeRows,

    async execute({ input: shard, signal, report }) {
      const known = await stored();
      const { embeddings, rejects } = await embedImages({
        relations,
        images: database.readImages({ shard, bytes: true }),
        stored: (relation) => known.get(relation) ?? new Set(),
        limits,
        signal,
        onProgress: report,
      });
      const tables = Object.fromEntries(
        [...tableOf].map(([relation, table]) => [table, toRows(embeddings[relation])]),
      );
      return { tables, rejects };
    },
  };
}

/** Ids that had a vector before this stage started, by relation. */
async function storedIds(
  vectors: Vectors,
  relations: readonly Relation[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const known = new Map<string, ReadonlySet<string>>();
  for (const relation of relations) {
    known.set(relation.name, new Set(await vectors.ids(relation)));
  }
  return known;
}
