import { readFile, writeFile } from "node:fs/promises";
import { rankGallery } from "@megapairs/eval";
import { createGemmEstimate } from "@megapairs/mine";
import { timePass } from "../frame/time-pass.ts";
import type { RankerName, RankWork } from "./rank-work.ts";

const WARM_UP_ROWS = 4096;
const TILE_ROWS = 4096;

interface RankerRequest {
  readonly name: Exclude<RankerName, "faiss">;
  readonly work: RankWork;
  /** Where the rows found go: raw int32 `[queries, k]`, -1 where there are fewer. */
  readonly found: string;
}

const { name, work, found }: RankerRequest = JSON.parse(process.argv[2] ?? "");
const { rows, dimensions, k, threads } = work;
const bytes = await readFile(work.vectors);
const vectors = new Float32Array(bytes.buffer, bytes.byteOffset, rows * dimensions);
const queries = drawQueries();
const estimate = name === "gemm" ? await createGemmEstimate({ threads }) : undefined;

await rank(Math.min(rows, WARM_UP_ROWS));
const { result, measurement } = await timePass(() => rank(rows));
await estimate?.dispose();
await writeFile(found, result);
process.stdout.write(JSON.stringify(measurement));

async function rank(count: number): Promise<Int32Array> {
  const list = new Int32Array(work.queries * k).fill(-1);
  if (estimate !== undefined) {
    await multiplyAll(count);
    return list;
  }
  const gallery = vectors.subarray(0, count * dimensions);
  const rankings = await rankGallery({ queries, gallery, dimensions, depth: k, threads });
  for (const [query, ranking] of rankings.entries()) list.set(ranking.rows, query * k);
  return list;
}

/** The limit: the same tiles, two calls in flight, nothing done with the scores. */
async function multiplyAll(count: number): Promise<void> {
  let pending: Promise<unknown> | undefined;
  for (let row = 0; row < count; row += TILE_ROWS) {
    const some = Math.min(TILE_ROWS, count - row);
    const tile = vectors.subarray(row * dimensions, (row + some) * dimensions);
    const next = Promise.resolve(estimate?.product(tile, some, queries, work.queries, dimensions));
    await pending;
    pending = next;
  }
  await pending;
}

function drawQueries(): Float32Array {
  const drawn = new Float32Array(work.queries * dimensions);
  for (let query = 0; query < work.queries; query += 1) {
    const row = Math.floor((query * rows) / work.queries);
    for (let column = 0; column < dimensions; column += 1) {
      const value = vectors[row * dimensions + column] ?? 0;
      drawn[query * dimensions + column] = column % 2 === 0 ? value : -value;
    }
  }
  return drawn;
}
