import { MegaPairsError } from "@megapairs/spec";
import type { Benchmark } from "../benchmarks/benchmark.ts";

/** Query id to candidate ids, best first, each once. */
export type Predictions = ReadonlyMap<string, readonly string[]>;

/** Rankings, and the similarities that they come from where those were given. */
export interface ParsedPredictions {
  readonly rankings: Predictions;
  /** By query id, one for each of the query's own candidates, in their order. */
  readonly similarities: ReadonlyMap<string, ArrayLike<number>>;
}

const COCO_ID = /^[1-9]\d*$/u;

/**
 * Predictions as JSON gives them, `{"query id": ["candidate id", …]}`, checked against a benchmark.
 * Whole numbers stand for their decimals, as in CIRCO's submissions; CIRR's `version` and `metric`
 * entries are skipped.
 *
 * @throws `invalid-argument`, naming query and rank: another form, a query or candidate that the
 * benchmark does not have, a candidate twice, no queries at all.
 */
export function parsePredictions(benchmark: Benchmark, value: unknown): Predictions {
  return parseScored(benchmark, value).rankings;
}

/**
 * {@link parsePredictions}, which also takes `{"similarities": [0.1, 0.7, …]}` in place of a ranking
 * where a query has candidates of its own: the ranking is then the first of them by similarity, equal ones
 * by position.
 */
export function parseScored(benchmark: Benchmark, value: unknown): ParsedPredictions {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw invalid(
      `Predictions are ${describe(value)}; expected {"query id": ["candidate id", …]}.`,
    );
  }
  const galleries = new Map<string, string>(
    benchmark.queries.map(({ id, gallery }) => [id, gallery]),
  );
  const members = new Map(
    [...benchmark.galleries].map(([name, ids]): [string, ReadonlySet<string>] => [
      name,
      new Set(ids),
    ]),
  );
  const predictions = new Map<string, readonly string[]>();
  const similarities = new Map<string, ArrayLike<number>>();
  for (const [query, list] of Object.entries(value)) {
    if (benchmark.name === "cirr" && (query === "version" || query === "metric")) continue;
    const gallery = galleries.get(query);
    if (gallery === undefined) {
      throw invalid(`There is no query "${query}" in ${benchmark.title}.`);
    }
    const known = members.get(gallery);
    const where = `Query "${query}"`;
    if (benchmark.hasOwnCandidates && isRecord(list)) {
      const scores = parseSimilarities(where, list, known?.size ?? 0);
      similarities.set(query, scores);
      predictions.set(query, rankBySimilarity(scores));
      continue;
    }
    predictions.set(
      query,
      parseRanking(where, list, (id) => known?.has(id) ?? COCO_ID.test(id)),
    );
  }
  if (predictions.size === 0) throw invalid("Predictions hold no query; expected at least one.");
  return { rankings: predictions, similarities };
}

function parseSimilarities(
  where: string,
  { similarities: scores }: Readonly<Record<string, unknown>>,
  candidates: number,
): ArrayLike<number> {
  if (!Array.isArray(scores) && !(scores instanceof Float32Array)) {
    throw invalid(`${where} has an object without similarities; expected a list of numbers.`);
  }
  if (scores.length !== candidates) {
    throw invalid(
      `${where} has ${scores.length} similarities; expected one for each of ${candidates} candidates.`,
    );
  }
  const check = (one: unknown, position: number): number => {
    if (typeof one === "number" && Number.isFinite(one)) return one;
    throw invalid(
      `${where} has ${describe(one)} for candidate ${position}; expected a finite number.`,
    );
  };
  if (Array.isArray(scores)) return scores.map(check);
  for (const [position, one] of scores.entries()) check(one, position);
  return scores;
}

/** Ids kept of a ranking by similarity: no rule of a query's own candidates looks further down. */
const RANKED = 10;

/** The best ones first; equal ones by position, as argmax finds them. */
function rankBySimilarity(scores: ArrayLike<number>): readonly string[] {
  return Array.from({ length: scores.length }, (_, position) => position)
    .toSorted((one, other) => scores[other]! - scores[one]! || one - other)
    .slice(0, RANKED)
    .map(String);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseRanking(
  where: string,
  list: unknown,
  isCandidate: (id: string) => boolean,
): readonly string[] {
  if (!Array.isArray(list))
    throw invalid(`${where} has ${describe(list)}; expected a list of ids.`);
  const ranks = new Map<string, number>();
  for (const [index, one] of (list as readonly unknown[]).entries()) {
    if (typeof one !== "string" && !Number.isSafeInteger(one)) {
      throw invalid(`${where} has ${describe(one)} at rank ${index + 1}; expected a candidate id.`);
    }
    const id = String(one);
    if (!isCandidate(id)) {
      throw invalid(`${where} has "${id}" at rank ${index + 1}, which is no candidate of it.`);
    }
    const before = ranks.get(id);
    if (before !== undefined) {
      throw invalid(`${where} has "${id}" at ranks ${before} and ${index + 1}; expected it once.`);
    }
    ranks.set(id, index + 1);
  }
  return [...ranks.keys()];
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value === null || typeof value === "number") return String(value);
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
