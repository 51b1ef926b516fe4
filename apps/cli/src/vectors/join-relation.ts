import { createHash } from "node:crypto";
import { createSelfJoin, extendSelfJoin } from "@megapairs/mine";
import type {
  SelfJoinOptions,
  SelfJoinProgress,
  SelfJoinResult,
  SimilarityBand,
} from "@megapairs/mine";
import type { VectorSource } from "@megapairs/spec";
import { readStoredJoin, writeStoredJoin } from "./stored-join.ts";
import type { JoinPlace, StoredJoin } from "./stored-join.ts";

/** Options of {@link joinRelation}. */
export interface JoinRelationOptions {
  readonly relation: string;
  readonly matrix: VectorSource;
  readonly band: SimilarityBand;
  readonly k: number;
  /** Share of the neighbours to find, measured; 1: all. */
  readonly recall: number;
  readonly seed: number;
  /** Where joins are kept; nothing is kept without. */
  readonly joins?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: SelfJoinProgress) => void;
}

/** A join, and what of it was done before. */
export interface JoinedRelation {
  readonly joined: SelfJoinResult;
  /** Images whose join was kept; 0 without a kept one. */
  readonly kept: number;
  /** Why a kept join was of no use. */
  readonly redone: string | undefined;
}

/**
 * Joins a relation, or what is new of it since the join that is kept: images that came later are joined
 * with all, and the result is that of joining all at once. A kept join is of no use, and all is done
 * again, where its band or `k` were others, vectors have changed, images are gone, or not every pair
 * was scored.
 */
export async function joinRelation(options: JoinRelationOptions): Promise<JoinedRelation> {
  const { relation, matrix, band, k, recall, seed, joins, signal, onProgress } = options;
  const joining: SelfJoinOptions = { relation, matrix, band, k, signal, onProgress };
  if (joins === undefined) {
    return { joined: await createSelfJoin({ recall, seed })(joining), kept: 0, redone: undefined };
  }
  const place = { directory: joins, relation };
  const stored = await readStoredJoin(place);
  const redone = stored && (await whyNotKept(stored, options));
  if (stored !== undefined && redone === undefined) {
    const extended = await extendSelfJoin({ ...joining, earlier: stored.earlier });
    const joined = { ...extended, method: stored.facts.method };
    if (extended.addedIds.length > 0) await keep(place, options, joined);
    return { joined, kept: stored.ids.length, redone: undefined };
  }
  const joined = await createSelfJoin({ recall, seed })(joining);
  await keep(place, options, joined);
  return { joined, kept: 0, redone };
}

async function keep(
  place: JoinPlace,
  { matrix, band, k }: JoinRelationOptions,
  joined: SelfJoinResult,
): Promise<void> {
  const { ids, dimensions } = matrix;
  const digest = await digestOf(matrix, ids);
  const { method = { name: "exact" } } = joined;
  await writeStoredJoin(place, { band, k, dimensions, digest, method }, ids, joined);
}

async function whyNotKept(
  { facts, ids }: StoredJoin,
  { matrix, band, k, recall }: JoinRelationOptions,
): Promise<string | undefined> {
  const { band: earlier, dimensions } = facts;
  if (earlier.lower !== band.lower || earlier.upper !== band.upper) {
    return `its band was ${earlier.lower}, ${earlier.upper} and is ${band.lower}, ${band.upper}`;
  }
  if (facts.k !== k) return `k was ${facts.k} and is ${k}`;
  if (dimensions !== matrix.dimensions) {
    return `its vectors had ${dimensions} dimensions and have ${matrix.dimensions}`;
  }
  const known = new Set(matrix.ids);
  const gone = ids.find((id) => !known.has(id));
  if (gone !== undefined) return `image ${gone} is gone`;
  if (facts.method.name === "clustered") {
    const { target } = facts.method.recall;
    if (target < recall) return `it was made to a recall of ${target} and is to be of ${recall}`;
    if (ids.length < matrix.ids.length) return "what it missed would stay missing";
  }
  if ((await digestOf(matrix, ids)) === facts.digest) return undefined;
  return "vectors of images that were joined before have changed";
}

/** Rows read at once. */
const ROWS = 8192;

/** SHA-256 of the vectors of some images, both in ascending order. */
async function digestOf(matrix: VectorSource, ids: readonly string[]): Promise<string> {
  const { ids: all, dimensions, dataType } = matrix;
  const hash = createHash("sha256").update(dataType);
  let wanted = 0;
  for (let start = 0; start < all.length && wanted < ids.length; start += ROWS) {
    const end = Math.min(start + ROWS, all.length);
    const rows = await matrix.read(start, end);
    for (let row = start; row < end; row += 1) {
      if (all[row] !== ids[wanted]) continue;
      wanted += 1;
      hash.update(rows.subarray((row - start) * dimensions, (row - start + 1) * dimensions));
    }
  }
  return hash.digest("hex");
}
