import { open, writeFile } from "node:fs/promises";
import { createSelfJoin } from "@megapairs/mine";
import type { SelfJoinResult } from "@megapairs/mine";
import { timePass } from "../frame/time-pass.ts";
import type { MineWork } from "./mine-work.ts";

interface MinerRequest {
  /** `truth`: the exact join of the judged rows alone. */
  readonly name: "exact" | "clustered" | "truth";
  readonly work: MineWork;
  /** Where the rows found go: raw int32 `[judged, k]`, -1 where there are fewer. */
  readonly found: string;
}

const WARM_UP_ROWS = 1500;

const { name, work, found }: MinerRequest = JSON.parse(process.argv[2] ?? "");
const { rows, dimensions, k, judged, threads, recall } = work;
const vectors = await readVectors();
const join = createSelfJoin(
  name === "clustered" ? { threads, recall, seed: 1, leastRows: 1 } : { threads },
);

if (name !== "truth") await mine(Math.min(rows, WARM_UP_ROWS));
const { result, measurement } = await timePass(() => mine(rows));
const lists = new Int32Array(judged * k).fill(-1);
for (const [query, record] of result.neighbours.slice(0, judged).entries()) {
  for (const { id, rank } of record.neighbours) lists[query * k + rank - 1] = Number(id);
}
await writeFile(found, lists);
process.stdout.write(JSON.stringify({ ...measurement, facts: result.method ?? {} }));

function mine(count: number): Promise<SelfJoinResult> {
  return join({
    matrix: {
      ids: Array.from({ length: count }, (_, row) => String(row).padStart(9, "0")),
      dimensions,
      vectors: vectors.subarray(0, count * dimensions),
    },
    relation: "I",
    band: { lower: work.lower, upper: work.upper },
    k,
    ...(name === "truth" ? { rows: { start: 0, end: judged } } : {}),
  });
}

async function readVectors(): Promise<Float32Array> {
  const bytes = new Uint8Array(new SharedArrayBuffer(4 * rows * dimensions));
  const file = await open(work.vectors);
  for (let at = 0; at < bytes.length;) {
    at += (await file.read(bytes, at, Math.min(bytes.length - at, 2 ** 30), at)).bytesRead;
  }
  await file.close();
  return new Float32Array(bytes.buffer);
}
