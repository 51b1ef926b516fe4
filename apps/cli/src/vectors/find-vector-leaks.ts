import { stat } from "node:fs/promises";
import { createGemmEstimate, findLeaks } from "@megapairs/mine";
import type { SimilarityBand } from "@megapairs/mine";
import { MegaPairsError } from "@megapairs/spec";
import type { VectorSource } from "@megapairs/spec";
import { LeakList } from "../stages/leak-list.ts";
import { evaluationVectors } from "./evaluation-vectors.ts";

/** Where evaluation sets are and what they are compared with. */
export interface FindVectorLeaksOptions {
  /** `RELATION=FILE` of each; the relation may be left out where there is only one. */
  readonly guards: readonly string[];
  readonly relations: readonly {
    readonly name: string;
    readonly source: VectorSource;
    readonly band: SimilarityBand;
  }[];
  /** Cosines of this and over are the same picture; the upper bound of the relation's band by default. */
  readonly threshold?: number | undefined;
  readonly normalise: boolean;
  readonly signal: AbortSignal;
}

/**
 * The images that evaluation sets have too. `invalid-argument` on a set of no relation, and as
 * `evaluationVectors`.
 */
export async function findVectorLeaks(options: FindVectorLeaksOptions): Promise<LeakList> {
  const { guards, relations, normalise, signal } = options;
  const leaks = new LeakList();
  const sets = await Promise.all(guards.map((guard) => parseGuard(guard, relations)));
  if (sets.length === 0) return leaks;
  const estimate = await createGemmEstimate();
  try {
    for (const { file, relation } of sets) {
      const threshold = options.threshold ?? Math.min(1, relation.band.upper);
      for await (const evaluation of evaluationVectors(file, { normalise })) {
        const matrix = relation.source;
        const found = await findLeaks({ matrix, evaluation, threshold, estimate, signal });
        for (const { imageId, evaluationId, score } of found) {
          leaks.add(imageId, { relation: relation.name, evaluation: evaluationId, score });
        }
      }
    }
  } finally {
    await estimate.dispose();
  }
  return leaks;
}

type GuardedRelation = FindVectorLeaksOptions["relations"][number];

async function parseGuard(
  guard: string,
  relations: readonly GuardedRelation[],
): Promise<{ readonly file: string; readonly relation: GuardedRelation }> {
  const [, name, file = guard] = /^([^=/\\]+)=(.+)$/s.exec(guard) ?? [];
  const names = relations.map((relation) => relation.name).join(", ");
  const relation =
    name === undefined && relations.length === 1
      ? relations[0]
      : relations.find((one) => one.name === name);
  if (relation === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `--guard ${guard}: expected RELATION=FILE.npy with one of the relations ${names}.`,
    );
  }
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() === true) return { file, relation };
  throw new MegaPairsError("invalid-argument", `--guard ${guard}: there is no file ${file}.`);
}
