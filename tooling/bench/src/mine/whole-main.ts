import { open } from "node:fs/promises";
import { createSelfJoin, planSelection, selectPairs } from "@megapairs/mine";
import type { JoinMethod, RetrievedSet, SelfJoinResult } from "@megapairs/mine";
import type { MineWholeOptions } from "./mine-whole.ts";
import { patchVectors } from "./patch-vectors.ts";

/** What one part of the work took. */
interface Phase {
  readonly name: string;
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Resident at its end. */
  readonly residentMiB: number;
  readonly method?: JoinMethod | undefined;
}

/** Sets whose pairs are in memory at a time. */
const SETS_PER_PART = 1000;

const work: MineWholeOptions = JSON.parse(process.argv[2] ?? "");
const { rows, dimensions, k, threads, recall } = work;
const phases: Phase[] = [];
const ids = Array.from({ length: rows }, (_, row) => String(row).padStart(9, "0"));
const join = createSelfJoin({ threads, recall, seed: 1 });

const joins: SelfJoinResult[] = [];
for (let relation = 1; relation <= work.relations; relation += 1) {
  const file = await patchVectors(rows, dimensions, relation);
  const { lower, upper } = work;
  joins.push(
    await measure(`join ${relation}`, async () =>
      join({
        matrix: { ids, dimensions, vectors: await readVectors(file) },
        relation: `E${relation}`,
        band: { lower, upper },
        k,
      }),
    ),
  );
}
const plan = await measure("plan", () =>
  planSelection({
    seed: 1,
    targetsPerQuery: 3,
    hardNegatives: 5,
    neighbours: joins.map(({ neighbours }) => neighbours),
    nearDuplicates: joins.map(({ nearDuplicates }) => nearDuplicates),
  }),
);
const pairs = await measure("merge and select", async () => {
  let count = 0;
  let part: RetrievedSet[] = [];
  const select = (): void => {
    count += selectPairs({ ...plan.selection, retrievedSets: part }).pairs.length;
    part = [];
  };
  for (const set of plan.retrievedSets()) {
    part.push(set);
    if (part.length === SETS_PER_PART) select();
  }
  select();
  return count;
});
const peakMiB = process.resourceUsage().maxRSS / 1024;
process.stdout.write(JSON.stringify({ phases, pairs, peakMiB }));

async function measure<Result>(name: string, run: () => Promise<Result>): Promise<Result> {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  const result = await run();
  const { user, system } = process.cpuUsage(cpuBefore);
  phases.push({
    name,
    seconds: (performance.now() - startedAt) / 1000,
    cpuSeconds: (user + system) / 1e6,
    residentMiB: process.memoryUsage().rss / 2 ** 20,
    method: (result as Partial<SelfJoinResult>).method,
  });
  return result;
}

async function readVectors(path: string): Promise<Float32Array> {
  const bytes = new Uint8Array(new SharedArrayBuffer(4 * rows * dimensions));
  const file = await open(path);
  for (let at = 0; at < bytes.length;) {
    at += (await file.read(bytes, at, Math.min(bytes.length - at, 2 ** 30), at)).bytesRead;
  }
  await file.close();
  return new Float32Array(bytes.buffer);
}
