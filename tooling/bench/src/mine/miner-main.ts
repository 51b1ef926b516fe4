import { readFile, writeFile } from "node:fs/promises";
import { createGemmEstimate, selfJoin } from "@megapairs/mine";
import type { SelfJoinOptions } from "@megapairs/mine";
import { timePass } from "../frame/time-pass.ts";
import type { MinerName, MineWork } from "./mine-work.ts";

const WARM_UP_ROWS = 1500;
const TILE_ROWS = 1024;

interface MinerRequest {
  readonly name: Exclude<MinerName, "faiss">;
  readonly work: MineWork;
  /** Where the rows found go: raw int32 `[rows, k]`, -1 where there are fewer. */
  readonly found: string;
}

const { name, work, found }: MinerRequest = JSON.parse(process.argv[2] ?? "");
const { rows, dimensions, k } = work;
const bytes = await readFile(work.vectors);
const vectors = new Float32Array(bytes.buffer, bytes.byteOffset, rows * dimensions);
const estimate = name === "plain" ? undefined : await createGemmEstimate({ threads: work.threads });

await mine(Math.min(rows, WARM_UP_ROWS));
const { result, measurement } = await timePass(() => mine(rows));
await estimate?.dispose();
await writeFile(found, result);
process.stdout.write(JSON.stringify(measurement));

async function mine(count: number): Promise<Int32Array> {
  const list = new Int32Array(count * k).fill(-1);
  if (name === "gemm") {
    await multiplyAll(count);
    return list;
  }
  const ids = Array.from({ length: count }, (_, row) => String(row).padStart(9, "0"));
  const options: SelfJoinOptions = {
    matrix: { ids, dimensions, vectors: vectors.subarray(0, count * dimensions) },
    relation: "I",
    band: { lower: work.lower, upper: work.upper },
    k,
    estimate,
  };
  const { neighbours } = await selfJoin(options);
  for (const [query, record] of neighbours.entries()) {
    for (const { id, rank } of record.neighbours) list[query * k + rank - 1] = Number(id);
  }
  return list;
}

/** The limit: the tiles of the join, two calls in flight, nothing done with the scores. */
async function multiplyAll(count: number): Promise<void> {
  let pending: Promise<unknown> | undefined;
  for (let left = 0; left < count; left += TILE_ROWS) {
    for (let right = left; right < count; right += TILE_ROWS) {
      const next = Promise.resolve(product(left, right, count));
      await pending;
      pending = next;
    }
  }
  await pending;
}

async function product(left: number, right: number, count: number): Promise<void> {
  const leftEnd = Math.min(left + TILE_ROWS, count);
  const rightEnd = Math.min(right + TILE_ROWS, count);
  await estimate?.product(
    vectors.subarray(left * dimensions, leftEnd * dimensions),
    leftEnd - left,
    vectors.subarray(right * dimensions, rightEnd * dimensions),
    rightEnd - right,
    dimensions,
  );
}
