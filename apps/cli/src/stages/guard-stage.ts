import type { RunDatabase } from "@megapairs/dataset";
import { embedImages } from "@megapairs/embed";
import type { ImageLimits } from "@megapairs/image";
import { findLeaks } from "@megapairs/mine";
import type { ScoreEstimate } from "@megapairs/mine";
import type { ShardExecution, ShardPlan, Stage } from "@megapairs/run";
import type { EmbeddingMatrix, EmbeddingRecord, JsonValue, RejectRecord } from "@megapairs/spec";
import { evaluationVectors } from "../vectors/evaluation-vectors.ts";
import { readEvaluationPictures } from "./evaluation-pictures.ts";
import type { Guard, PictureGuard } from "./guard.ts";
import { LeakList } from "./leak-list.ts";
import { MANY_IMAGES } from "./neighbours-stage.ts";
import { once } from "./once.ts";
import { fingerprintsOf, seesCopies } from "./relation.ts";
import type { BandedRelation } from "./relation.ts";
import type { Vectors } from "./vectors.ts";

/** What {@link createGuardStage} reads and how. */
export interface GuardStageSettings {
  readonly database: Pick<RunDatabase, "imageIds">;
  /** At least one. */
  readonly guards: readonly Guard[];
  readonly relations: readonly BandedRelation[];
  readonly vectors: Vectors;
  readonly limits: Partial<ImageLimits>;
  readonly shardSize: number;
  /** Called for relations of many images; changes the time it takes, not the result. */
  readonly estimate: () => Promise<ScoreEstimate>;
  /** Identity of the embed stage. */
  readonly embed: string;
}

/** Some images of one evaluation set, under one relation. */
interface GuardShard {
  readonly [key: string]: JsonValue;
  readonly guard: string;
  readonly relation: string;
  /** Of the set's corpus; null where it is vectors. */
  readonly input: JsonValue;
}

/** Name of the stage. */
export const GUARD = "guard";

/**
 * Evaluation sets × embeddings → a reject `excluded` for each image of the corpus that is one of
 * theirs, by its bytes or by a cosine at the threshold or over: it must be no query, target or
 * negative. A picture of a set that does not decode is a reject of its own: it guards nothing.
 */
export function createGuardStage(settings: GuardStageSettings): Stage<GuardShard> {
  const { database, guards, relations, vectors, limits, shardSize, embed } = settings;
  const corpusIds = once(async () => new Set(await database.imageIds()));
  let loaded:
    | { readonly name: string; readonly matrix: () => Promise<EmbeddingMatrix> }
    | undefined;

  /** One relation's matrix is in memory at a time: shards come relation by relation. */
  function matrixOf(relation: BandedRelation): Promise<EmbeddingMatrix> {
    const { name } = relation;
    if (loaded?.name !== name) loaded = { name, matrix: once(() => vectors.read(relation)) };
    return loaded.matrix();
  }

  async function compare(
    evaluation: EmbeddingMatrix,
    { relation, threshold, leaks, signal }: Comparison,
  ): Promise<void> {
    const matrix = await matrixOf(relation);
    const estimate = matrix.ids.length < MANY_IMAGES ? undefined : await settings.estimate();
    const found = await findLeaks({ matrix, evaluation, threshold, estimate, signal });
    for (const { imageId, evaluationId, score } of found) {
      leaks.add(imageId, { relation: relation.name, evaluation: evaluationId, score });
    }
  }

  /** Gives the pictures that cannot be compared. */
  async function comparePictures(
    { corpus }: PictureGuard,
    { input, report }: Pick<ShardExecution, "input" | "report">,
    comparison: Comparison,
  ): Promise<RejectRecord[]> {
    const { relation, leaks, signal } = comparison;
    const { pictures, rejects } = await readEvaluationPictures(corpus, input, signal);
    const known = await corpusIds();
    for (const { hash, path } of pictures) if (known.has(hash)) leaks.addCopy(hash, path);
    const { embeddings, rejects: undecoded } = await embedImages({
      relations: [relation],
      images: pictures.map(({ path: id, bytes }) => ({ id, bytes })),
      limits,
      signal,
      onProgress: report,
    });
    await compare(matrixOfRows(embeddings[relation.name] ?? [], relation), comparison);
    return [...rejects, ...undecoded];
  }

  return {
    name: GUARD,
    version: 1,
    resource: "cpu",
    settings: guards.map((guard) => settingsOf(guard, relations)),
    inputs: [embed],
    fingerprints: fingerprintsOf(relations),
    tables: [],
    concurrency: 1,

    async *plan() {
      for (const relation of relations) {
        for (const guard of guards) yield* planOf(guard, relation, shardSize);
      }
    },

    async execute({ input: shard, signal, report }) {
      const relation = relations.find(({ name }) => name === shard.relation)!;
      const guard = guards.find(({ number }) => number === shard.guard)!;
      const leaks = new LeakList();
      const threshold = thresholdOf(guard, relation);
      const comparison = { relation, threshold, leaks, signal };
      const rejects: RejectRecord[] = [];
      if ("vectors" in guard) {
        const { file } = guard.vectors[relation.name]!;
        for await (const part of evaluationVectors(file, { normalise: false })) {
          await compare(part, comparison);
        }
      } else {
        const execution = { input: shard.input, report };
        rejects.push(...(await comparePictures(guard, execution, comparison)));
      }
      return { tables: {}, rejects: [...rejects, ...leaks.rejects()] };
    },
  };
}

interface Comparison {
  readonly relation: BandedRelation;
  readonly threshold: number;
  readonly leaks: LeakList;
  readonly signal: AbortSignal;
}

async function* planOf(
  guard: Guard,
  relation: BandedRelation,
  shardSize: number,
): AsyncGenerator<ShardPlan<GuardShard>> {
  const { name } = relation;
  const shard = `${name}-${guard.number}`;
  const place = { guard: guard.number, relation: name };
  if ("vectors" in guard) {
    if (guard.vectors[name] === undefined) return;
    yield { shard, items: 1, input: { ...place, input: null } };
  } else if (relation.input === "image" && seesCopies(relation)) {
    for await (const part of guard.corpus.plan({ shardSize })) {
      const items = part.entries;
      yield { shard: `${shard}-${part.id}`, items, input: { ...place, input: part.input } };
    }
  }
}

function thresholdOf({ threshold }: Guard, { band }: BandedRelation): number {
  return threshold ?? Math.min(1, band.upper);
}

function settingsOf(guard: Guard, relations: readonly BandedRelation[]): JsonValue {
  const thresholds = Object.fromEntries(
    relations.map((relation) => [relation.name, thresholdOf(guard, relation)]),
  );
  if (!("vectors" in guard)) return { images: guard.corpus.name, thresholds };
  const vectors = Object.entries(guard.vectors).map(([name, { sha256 }]) => [name, sha256]);
  return { vectors: Object.fromEntries(vectors), thresholds };
}

function matrixOfRows(
  rows: readonly EmbeddingRecord[],
  { encoder: { dimensions } }: BandedRelation,
): EmbeddingMatrix {
  const vectors = new Float32Array(rows.length * dimensions);
  for (const [place, { vector }] of rows.entries()) vectors.set(vector, place * dimensions);
  return { ids: rows.map(({ imageId }) => imageId), dimensions, vectors };
}
