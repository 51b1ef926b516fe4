import { createGemmEstimate, minePairs } from "@megapairs/mine";
import type { MineResult, RelationReport, SelectionCounts, SimilarityBand } from "@megapairs/mine";
import { createProgress } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import type { EmbeddingMatrix, PairRecord } from "@megapairs/spec";
import { holdOpen } from "../hold-open.ts";
import { prepareOutputFile, writeOutputFile } from "../output-file.ts";
import { MANY_IMAGES } from "../stages/neighbours-stage.ts";
import { readIds } from "./read-ids.ts";
import { readVectors } from "./read-vectors.ts";
import type { VectorsFile } from "./read-vectors.ts";

/** What to mine and where the pairs go. */
export interface MineVectorsOptions {
  /** `[NAME=]FILE` of each relation. */
  readonly vectors: readonly string[];
  /** One id a line; the numbers of the rows by default. */
  readonly idsFile?: string | undefined;
  readonly normalise: boolean;
  /** By relation name. */
  readonly bandOf: (relation: string) => SimilarityBand;
  /** Names that bands were given for. */
  readonly bandNames: readonly string[];
  readonly k: number;
  readonly hardNegatives: number;
  readonly targetsPerQuery?: number | undefined;
  readonly seed: number;
  /** JSON Lines. */
  readonly out: string;
  /** Progress as JSON lines. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** What was mined. */
export interface MineVectorsResult {
  readonly out: string;
  readonly images: number;
  readonly relations: readonly RelationReport[];
  readonly counts: SelectionCounts;
}

/**
 * Mines pairs out of matrices of vectors, without a run directory: one JSON line for each pair, in the
 * order of the rows. `invalid-argument` on files that do not fit together, and where no band caught
 * anything; no file is written then.
 */
export async function mineVectors(options: MineVectorsOptions): Promise<MineVectorsResult> {
  const { out, json, signal, bandOf } = options;
  await prepareOutputFile(out);
  const files: VectorsFile[] = [];
  for (const location of options.vectors) {
    files.push(await readVectors({ location, normalise: options.normalise }));
  }
  const [first] = files;
  if (first === undefined) {
    throw new MegaPairsError("invalid-argument", "No vectors: give --vectors FILE.");
  }
  const ids = await idsOf(options, first);
  checkFit(options, files);
  const order = [...ids.keys()].toSorted((a, b) => (ids[a]! < ids[b]! ? -1 : 1));
  const rowOf = new Map(ids.map((id, row) => [id, row]));

  const progress = createProgress({ json }).stage("mine", files.length * ids.length);
  const result = await holdOpen(async (hold) => {
    const gemm = ids.length < MANY_IMAGES ? undefined : await createGemmEstimate();
    hold(() => gemm?.dispose());
    let advanced = 0;
    return minePairs({
      relations: files.map((file) => ({
        name: file.name,
        matrix: inOrder(file, ids, order),
        band: bandOf(file.name),
        k: options.k,
      })),
      estimate: gemm,
      seed: options.seed,
      hardNegatives: options.hardNegatives,
      targetsPerQuery: options.targetsPerQuery,
      signal,
      onProgress({ relation, completedTiles, totalTiles }) {
        const earlier = files.findIndex(({ name }) => name === relation);
        const share = earlier + completedTiles / totalTiles;
        const done = Math.floor(ids.length * share);
        progress.advance(done - advanced);
        advanced = done;
      },
    });
  }).catch((error: unknown) => {
    progress.stop();
    throw error;
  });
  progress.end();
  assertPairs(result);
  const row = (id: string): number => rowOf.get(id) ?? -1;
  const pairs = result.pairs.toSorted(
    (a, b) => row(a.queryId) - row(b.queryId) || row(a.targetId) - row(b.targetId),
  );
  await writeOutputFile(out, linesOf(pairs));
  return { out, images: ids.length, relations: result.relations, counts: result.counts };
}

async function idsOf(
  { idsFile }: MineVectorsOptions,
  { file, rows }: VectorsFile,
): Promise<readonly string[]> {
  if (idsFile === undefined) return Array.from({ length: rows }, (_, row) => String(row));
  const ids = await readIds(idsFile);
  if (ids.length === rows) return ids;
  throw new MegaPairsError(
    "invalid-argument",
    `${idsFile} has ${ids.length} ids, expected ${rows}: one for each row of ${file}.`,
  );
}

function checkFit({ bandNames }: MineVectorsOptions, files: readonly VectorsFile[]): void {
  const [first] = files;
  for (const { file, rows } of files) {
    if (rows === first?.rows) continue;
    throw new MegaPairsError(
      "invalid-argument",
      `${file} has ${rows} rows and ${first?.file} has ${first?.rows}; expected as many: row i is one image in all files.`,
    );
  }
  const names = files.map(({ name }) => name);
  const unknown = bandNames.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new MegaPairsError(
    "invalid-argument",
    `--band ${unknown}=…: there is no relation ${unknown}, only ${names.join(", ")}.`,
  );
}

/** The matrix with its rows in ascending order of their ids, as miners want it. */
function inOrder(
  { dimensions, vectors }: VectorsFile,
  ids: readonly string[],
  order: readonly number[],
): EmbeddingMatrix {
  if (order.every((row, place) => row === place)) return { ids, dimensions, vectors };
  const sorted = new Float32Array(vectors.length);
  for (const [place, row] of order.entries()) {
    sorted.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), place * dimensions);
  }
  return { ids: order.map((row) => ids[row]!), dimensions, vectors: sorted };
}

function assertPairs({ pairs, relations, counts }: MineResult): void {
  if (pairs.length > 0) return;
  const warnings = relations.map(({ warning }) => warning).filter((line) => line !== undefined);
  const why =
    warnings.length > 0
      ? warnings.join(" ")
      : `${counts.nearDuplicateMembers} neighbours are near duplicates of their query.`;
  throw new MegaPairsError("invalid-argument", `No pairs. ${why} Change --band.`);
}

const PAIRS_PER_WRITE = 512;

function* linesOf(pairs: readonly PairRecord[]): Generator<string> {
  for (let start = 0; start < pairs.length; start += PAIRS_PER_WRITE) {
    yield pairs
      .slice(start, start + PAIRS_PER_WRITE)
      .map(({ queryId, targetId, evidence, hardNegativeIds }) => {
        const line = {
          query: queryId,
          target: targetId,
          relations: evidence,
          hardNegatives: hardNegativeIds,
        };
        return `${JSON.stringify(line)}\n`;
      })
      .join("");
  }
}
