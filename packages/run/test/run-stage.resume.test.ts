import { readFile } from "node:fs/promises";
import { join } from "node:path";

import { createLocalEngine, openManifest, runStage, type StageSummary } from "@megapairs/run";
import type { ShardStoreV1 } from "@megapairs/spec";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import {
  createMemoryShardStore,
  type CommitMoment,
  type MemoryShardStore,
} from "./memory-shard-store.ts";
import { createSquaresStage, squareShard } from "./squares-stage.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

/** One process's life: everything but the disk is made anew. */
async function live(
  directory: string,
  store: ShardStoreV1,
  cpu: number,
  count: number,
): Promise<StageSummary> {
  const manifest = await openManifest(directory, { createdBy: { test: "1" }, settings: { count } });
  const engine = createLocalEngine({ concurrency: { cpu } });
  const stage = createSquaresStage({
    count,
    perShard: 3,
    execute: async (execution) => {
      for (let turn = (Number(execution.shard) % 4) * 5; turn < 20; turn += 1)
        await Promise.resolve();
      return squareShard(execution);
    },
  });
  return runStage(stage, {
    run: "r",
    store,
    engine,
    manifest,
  });
}

async function finalState(directory: string, store: MemoryShardStore): Promise<string> {
  const manifest = await readFile(join(directory, "run.json"), "utf8");
  return JSON.stringify([manifest, store.rows("squares")]);
}

class Killed extends Error {}

describe("runStage, killed and resumed", () => {
  it("ends with the same rows, digest and manifest, killed at any moments of any commits", async () => {
    const moments = fc.constantFrom<CommitMoment>("before", "rows-written", "after");
    const kills = fc.array(fc.tuple(fc.nat(8), moments), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(
        kills,
        fc.integer({ min: 1, max: 4 }),
        fc.nat(24),
        async (plan, cpu, count) => {
          const calm = { directory: await temporaryDirectory(), store: createMemoryShardStore() };
          const expected = await live(calm.directory, calm.store, 1, count);

          const directory = await temporaryDirectory();
          const store = createMemoryShardStore();
          for (const [nth, moment] of plan) {
            let left = nth;
            let dead = false;
            store.onCommit = (_, at) => {
              if (dead) throw new Killed();
              if (at !== moment) return;
              left -= 1;
              if (left < 0) {
                dead = true;
                throw new Killed();
              }
            };
            const outcome = await live(directory, store, cpu, count).catch(
              (error: unknown) => error,
            );
            const wasKilled = outcome instanceof Killed;
            expect(wasKilled).toBe(dead);
          }
          store.onCommit = () => undefined;
          const resumed = await live(directory, store, cpu, count);

          expect(resumed.digest).toBe(expected.digest);
          expect(resumed.rows).toEqual(expected.rows);
          expect(await finalState(directory, store)).toBe(
            await finalState(calm.directory, calm.store),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it("resumes after a failure at each shard in turn", async () => {
    const directory = await temporaryDirectory();
    const store = createMemoryShardStore();
    const rowsLeft: number[] = [];
    for (let shard = 0; shard < 4; shard += 1) {
      store.onCommit = (id, moment) => {
        if (Number(id) === shard && moment === "rows-written") throw new Killed();
      };
      await expect(live(directory, store, 1, 12)).rejects.toBeInstanceOf(Killed);
      rowsLeft.push(store.rows("squares").length);
    }
    store.onCommit = () => undefined;
    const summary = await live(directory, store, 1, 12);
    expect(rowsLeft).toEqual([2, 5, 7, 10]);
    expect(summary).toMatchObject({ shards: 4, resumedShards: 3, rows: { squares: 10 } });
  });
});
