import {
  createLocalEngine,
  openManifest,
  readManifest,
  runStage,
  type RunManifest,
  type RunStageOptions,
  type ShardPlan,
} from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { describe, expect, it } from "vitest";

import { createMemoryShardStore, type MemoryShardStore } from "./memory-shard-store.ts";
import { createSquaresStage, squareShard, type Range } from "./squares-stage.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

interface Bench extends RunStageOptions {
  readonly store: MemoryShardStore;
  readonly manifest: RunManifest;
}

async function createBench(): Promise<Bench> {
  const manifest = await openManifest(await temporaryDirectory(), {
    createdBy: { megapairs: "0.0.0" },
    settings: { any: "thing" },
  });
  return { run: "r", store: createMemoryShardStore(), engine: createLocalEngine(), manifest };
}

describe("runStage", () => {
  it("executes every shard, commits it, and records the end", async () => {
    const bench = await createBench();
    const summary = await runStage(createSquaresStage(), bench);
    expect(summary).toMatchObject({
      name: "squares",
      shards: 5,
      resumedShards: 0,
      items: 20,
      rows: { squares: 17 },
      rejected: 3,
      identity: expect.stringMatching(/^[0-9a-f]{64}$/),
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(bench.store.rows("squares")).toHaveLength(17);
    expect((await readManifest(bench.manifest.directory))?.stages["squares"]).toEqual({
      identity: summary.identity,
      version: 1,
      settings: { band: { lower: 0.8, upper: 0.96 }, modulus: 7 },
      inputs: [],
      fingerprints: {},
      plan: expect.stringMatching(/^[0-9a-f]{64}$/),
      state: "done",
      shards: 5,
      items: 20,
      rows: { squares: 17 },
      rejected: 3,
      digest: summary.digest,
    });
  });

  it("gives a stage without work its end too", async () => {
    const bench = await createBench();
    const summary = await runStage(createSquaresStage({ count: 0 }), bench);
    expect(summary).toMatchObject({ shards: 0, items: 0, rows: { squares: 0 }, rejected: 0 });
    expect(bench.manifest.stage("squares")?.state).toBe("done");
  });

  it("does nothing for a stage that is done", async () => {
    const bench = await createBench();
    const first = await runStage(createSquaresStage(), bench);
    const execute = (): Promise<never> => Promise.reject(new Error("executed again"));
    const second = await runStage(createSquaresStage({ execute }), {
      ...bench,
      engine: createLocalEngine(),
    });
    expect({ ...second, elapsedMs: 0 }).toEqual({ ...first, resumedShards: 5, elapsedMs: 0 });
  });

  it("keeps what was committed before an error, and does only the rest again", async () => {
    const bench = await createBench();
    const failing = createSquaresStage({
      execute: async (execution) => {
        if (execution.shard === "000002") throw new MegaPairsError("rejected", "no such model");
        return squareShard(execution);
      },
    });
    await expect(runStage(failing, bench)).rejects.toThrow("no such model");
    expect(bench.manifest.stage("squares")).toMatchObject({
      state: "running",
      rows: { squares: 0 },
      digest: null,
    });

    const again = await runStage(createSquaresStage(), bench);
    expect(again.resumedShards).toBe(2);
    const whole = await runStage(createSquaresStage(), await createBench());
    expect(again.digest).toBe(whole.digest);
  });

  it("rejects with the signal's reason and leaves a resumable run", async () => {
    const bench = await createBench();
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    bench.store.onCommit = (shard, moment) => {
      if (shard === "000001" && moment === "after") controller.abort(reason);
    };
    const stopped = runStage(createSquaresStage(), { ...bench, signal: controller.signal });
    await expect(stopped).rejects.toBe(reason);
    expect((await runStage(createSquaresStage(), bench)).resumedShards).toBe(2);
  });

  it("says which setting differs, and what to do", async () => {
    const bench = await createBench();
    await runStage(createSquaresStage(), bench);
    const other = createSquaresStage({
      settings: { band: { lower: 0.75, upper: 0.96 }, modulus: 7 },
    });
    await expect(runStage(other, bench)).rejects.toMatchObject({
      code: "invalid-argument",
      message:
        `Stage "squares" in ${bench.manifest.directory} was made differently: ` +
        "squares.band.lower was 0.8, is 0.75. " +
        'Use another run directory, or redo this one from stage "squares"',
    });
  });

  it("names what else differs: version, models, inputs, and the corpus", async () => {
    const bench = await createBench();
    await runStage(createSquaresStage({ fingerprints: { D: "aa" } }), bench);
    const other = createSquaresStage({
      version: 2,
      fingerprints: { D: "ab" },
      inputs: ["0".repeat(64)],
      count: 24,
    });
    await expect(runStage(other, bench)).rejects.toThrow(
      'version of squares was 1, is 2; squares.fingerprints.D was "aa", is "ab"; ' +
        "a stage it reads was made again with other settings or data; " +
        "its work was 20 items in 5 shards, is 24 items in 6 shards. Use",
    );
  });

  it("notices a corpus that changed between kill and resume, amounts being equal", async () => {
    const bench = await createBench();
    const failing = createSquaresStage({ execute: () => Promise.reject(new Error("killed")) });
    await expect(runStage(failing, bench)).rejects.toThrow("killed");
    const moved = createSquaresStage({
      *plan() {
        for (const { shard, items, input } of createSquaresStage().plan() as Iterable<
          ShardPlan<Range>
        >) {
          yield { shard, items, input: { from: input.from + 1, to: input.to + 1 } };
        }
      },
    });
    await expect(runStage(moved, bench)).rejects.toThrow(
      "was made differently: the items it works on changed (20 items in 5 shards, as before). Use",
    );
  });

  it("makes a forgotten stage anew, with other settings", async () => {
    const bench = await createBench();
    await runStage(createSquaresStage(), bench);
    bench.store.removeStage(bench.manifest.stage("squares")?.identity ?? "");
    await bench.manifest.forget("squares");
    const summary = await runStage(createSquaresStage({ settings: { modulus: 7 } }), bench);
    expect(summary).toMatchObject({ resumedShards: 0, rows: { squares: 17 } });
  });

  it("notices a done stage whose rows are gone", async () => {
    const bench = await createBench();
    const { identity } = await runStage(createSquaresStage(), bench);
    bench.store.removeStage(identity);
    await expect(runStage(createSquaresStage(), bench)).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining("the store lacks 5 of its 5 shards"),
    });
  });

  it("notices a done stage whose digest is another", async () => {
    const bench = await createBench();
    await runStage(createSquaresStage(), bench);
    const known = bench.manifest.stage("squares");
    if (known === undefined) throw new Error("not recorded");
    await bench.manifest.put("squares", { ...known, digest: "0".repeat(64) });
    await expect(runStage(createSquaresStage(), bench)).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining(`the manifest ${"0".repeat(64)}`),
    });
  });

  it("does not believe an engine that ends early", async () => {
    const bench = await createBench();
    const engine = { ...createLocalEngine(), doWork: async () => undefined };
    await expect(runStage(createSquaresStage(), { ...bench, engine })).rejects.toMatchObject({
      code: "invalid-output",
      message: expect.stringContaining('5 shards not committed, first "000000"'),
    });
  });

  it("refuses rows of a table that the stage does not write", async () => {
    const bench = await createBench();
    const stage = createSquaresStage({
      execute: async () => ({ tables: { cubes: [] }, rejects: [] }),
    });
    await expect(runStage(stage, bench)).rejects.toMatchObject({
      code: "invalid-argument",
      message:
        'Shard "000000" of stage "squares" returned rows of table "cubes", expected only "squares"',
    });
  });

  it.each([
    [{ plan: () => [{ shard: "", items: 1, input: { from: 0, to: 1 } }] }, "empty id"],
    [
      { plan: () => [0, 1].map((from) => ({ shard: "a", items: 1, input: { from, to: 1 } })) },
      "twice",
    ],
    [{ plan: () => [{ shard: "a", items: 1.5, input: { from: 0, to: 1 } }] }, "planned 1.5 items"],
    [{ version: 0 }, "version 0"],
    [{ name: "two words" }, '"two words" is not one word'],
    [{ name: "\u001B[31m" }, "is not one word"],
    [{ concurrency: 0 }, 'Concurrency of stage "squares" is 0'],
  ])("refuses a plan or stage that cannot be told apart later (%#)", async (change, message) => {
    await expect(runStage(createSquaresStage(change), await createBench())).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(message),
    });
  });

  it("bounds the shards of one stage below what the engine allows", async () => {
    const bench = await createBench();
    let active = 0;
    let most = 0;
    const stage = createSquaresStage({
      concurrency: 2,
      count: 40,
      execute: async (execution) => {
        active += 1;
        most = Math.max(most, active);
        for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
        active -= 1;
        return squareShard(execution);
      },
    });
    await runStage(stage, { ...bench, engine: createLocalEngine({ concurrency: { cpu: 8 } }) });
    expect(most).toBe(2);
  });
});
