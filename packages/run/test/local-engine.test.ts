import { createLocalEngine } from "@megapairs/run";
import { MegaPairsError, type ShardResource, type ShardTask } from "@megapairs/spec";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const KEY = { run: "r", stage: "s" };

const task = (shard: string, resource: ShardResource = "cpu"): ShardTask => ({
  ...KEY,
  shard,
  resource,
  input: null,
});

const noSleep = async (): Promise<void> => undefined;

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

describe("createLocalEngine", () => {
  it("starts tasks in submit order, never more of a resource than its bound, and all of them", async () => {
    const resource = fc.constantFrom<ShardResource>("cpu", "gpu", "vlm");
    const bound = fc.integer({ min: 1, max: 4 });
    const concurrency = fc.record({ cpu: bound, gpu: bound, vlm: bound });
    const jobs = fc.array(fc.tuple(resource, fc.nat(6)), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(jobs, concurrency, async (list, bounds) => {
        const engine = createLocalEngine({ concurrency: bounds });
        await engine.doSubmit(list.map(([kind], index) => task(String(index), kind)));
        const started: Record<ShardResource, number[]> = { cpu: [], gpu: [], vlm: [] };
        const active = { cpu: 0, gpu: 0, vlm: 0 };
        const most = { cpu: 0, gpu: 0, vlm: 0 };
        await engine.doWork(KEY, async ({ shard, resource: kind }) => {
          started[kind].push(Number(shard));
          active[kind] += 1;
          most[kind] = Math.max(most[kind], active[kind]);
          await turns(list[Number(shard)]?.[1] ?? 0);
          active[kind] -= 1;
        });
        for (const kind of ["cpu", "gpu", "vlm"] as const) {
          const mine = list.flatMap(([is], index) => (is === kind ? [index] : []));
          expect(started[kind]).toEqual(mine);
          expect(most[kind]).toBeLessThanOrEqual(bounds[kind]);
        }
        expect(await engine.doCount(KEY)).toEqual({
          waiting: 0,
          active: 0,
          done: list.length,
          failed: 0,
        });
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the bound over all stages together", async () => {
    const engine = createLocalEngine({ concurrency: { gpu: 2 } });
    const keys = ["a", "b"].map((stage) => ({ run: "r", stage }));
    let active = 0;
    let most = 0;
    const work = keys.map(async (key) => {
      await engine.doSubmit(["1", "2", "3"].map((shard) => ({ ...task(shard, "gpu"), ...key })));
      await engine.doWork(key, async () => {
        active += 1;
        most = Math.max(most, active);
        await turns(10);
        active -= 1;
      });
    });
    await Promise.all(work);
    expect(most).toBe(2);
  });

  it("uses the whole bound", async () => {
    const engine = createLocalEngine({ concurrency: { vlm: 3 } });
    await engine.doSubmit(["1", "2", "3"].map((shard) => task(shard, "vlm")));
    let arrived = 0;
    let open = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    await engine.doWork(KEY, async () => {
      arrived += 1;
      if (arrived === 3) open();
      await gate;
    });
    expect(arrived).toBe(3);
  });

  it("tries a retryable error again, waiting as asked, then longer and longer", async () => {
    const waits: number[] = [];
    const sleep = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);
    const engine = createLocalEngine({ attempts: 5, sleep });
    await engine.doSubmit([task("1")]);
    const attempts: number[] = [];
    await engine.doWork(KEY, async (_, { attempt }) => {
      attempts.push(attempt);
      if (attempt === 1) throw new MegaPairsError("overloaded", "later", { retryAfterMs: 7 });
      if (attempt < 5) throw new MegaPairsError("unavailable", "down");
    });
    expect(attempts).toEqual([1, 2, 3, 4, 5]);
    expect(waits).toEqual([7, 2000, 4000, 8000]);
  });

  it("gives up after the last attempt, with that attempt's error", async () => {
    const engine = createLocalEngine({ attempts: 2, sleep: noSleep });
    await engine.doSubmit([task("1")]);
    const work = engine.doWork(KEY, async (_, { attempt }) => {
      throw new MegaPairsError("unavailable", `attempt ${attempt}`);
    });
    await expect(work).rejects.toThrow("attempt 2");
  });

  it("lets tasks in flight end after an error that stays, and starts no other", async () => {
    const engine = createLocalEngine({ concurrency: { cpu: 2 }, sleep: noSleep });
    await engine.doSubmit(["1", "2", "3"].map((shard) => task(shard)));
    const ended: string[] = [];
    const work = engine.doWork(KEY, async ({ shard }) => {
      if (shard === "1") throw new MegaPairsError("corrupt-data", "bad tar");
      await turns(20);
      ended.push(shard);
    });
    await expect(work).rejects.toThrow("bad tar");
    expect(ended).toEqual(["2"]);
    expect(await engine.doCount(KEY)).toEqual({ waiting: 1, active: 0, done: 1, failed: 1 });
  });

  it("does the rest in a later call, and a failed task when it is submitted again", async () => {
    const engine = createLocalEngine();
    await engine.doSubmit([task("1"), task("2")]);
    await expect(engine.doWork(KEY, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    const done: string[] = [];
    const note = async ({ shard }: ShardTask): Promise<void> => void done.push(shard);
    await engine.doWork(KEY, note);
    await engine.doSubmit([task("1"), task("2")]);
    await engine.doWork(KEY, note);
    expect(done).toEqual(["2", "1"]);
  });

  it("drains on abort, then rejects with the reason; what was cut off waits again", async () => {
    const engine = createLocalEngine({ concurrency: { cpu: 2 } });
    await engine.doSubmit(["1", "2", "3"].map((shard) => task(shard)));
    const controller = new AbortController();
    const reason = new Error("Ctrl-C");
    const work = engine.doWork(
      KEY,
      async ({ shard }, { signal }) => {
        await turns(5);
        if (shard === "1") controller.abort(reason);
        await turns(5);
        if (shard === "2") throw signal.reason;
      },
      { signal: controller.signal },
    );
    await expect(work).rejects.toBe(reason);
    expect(await engine.doCount(KEY)).toEqual({ waiting: 2, active: 0, done: 1, failed: 0 });
  });

  it("ends the wait between attempts on abort", async () => {
    const controller = new AbortController();
    const engine = createLocalEngine();
    await engine.doSubmit([task("1")]);
    const work = engine.doWork(
      KEY,
      async () => {
        queueMicrotask(() => queueMicrotask(() => controller.abort(new Error("stop"))));
        throw new MegaPairsError("overloaded", "later", { retryAfterMs: 3_600_000 });
      },
      { signal: controller.signal },
    );
    await expect(work).rejects.toThrow("stop");
  });

  it("starts nothing under a signal that is aborted already", async () => {
    const engine = createLocalEngine();
    await engine.doSubmit([task("1")]);
    let started = 0;
    const signal = AbortSignal.abort(new Error("before"));
    const work = engine.doWork(KEY, async () => void (started += 1), { signal });
    await expect(work).rejects.toThrow("before");
    expect(started).toBe(0);
  });

  it("works on what is submitted meanwhile", async () => {
    const engine = createLocalEngine();
    await engine.doSubmit([task("1")]);
    const done: string[] = [];
    await engine.doWork(KEY, async ({ shard }) => {
      done.push(shard);
      if (shard === "1") await engine.doSubmit([task("2"), task("1")]);
    });
    expect(done).toEqual(["1", "2"]);
  });

  it("shares a stage between two calls, which end together", async () => {
    const engine = createLocalEngine({ concurrency: { cpu: 2 } });
    await engine.doSubmit(["1", "2", "3", "4", "5"].map((shard) => task(shard)));
    const done: string[] = [];
    const work = async (): Promise<number> => {
      await engine.doWork(KEY, async ({ shard }) => {
        await turns(Number(shard) * 3);
        done.push(shard);
      });
      return done.length;
    };
    expect(await Promise.all([work(), work()])).toEqual([5, 5]);
    expect(done.toSorted()).toEqual(["1", "2", "3", "4", "5"]);
  });

  it("forgets waiting tasks of one stage when told", async () => {
    const engine = createLocalEngine();
    await engine.doSubmit([task("1"), { ...task("1"), stage: "other" }]);
    await engine.doCancel(KEY);
    expect(await engine.doCount(KEY)).toEqual({ waiting: 0, active: 0, done: 0, failed: 0 });
    expect(await engine.doCount({ ...KEY, stage: "other" })).toMatchObject({ waiting: 1 });
  });

  it.each([
    [{ concurrency: { cpu: 0 } }, "Concurrency of cpu tasks is 0"],
    [{ concurrency: { vlm: 1.5 } }, "Concurrency of vlm tasks is 1.5"],
    [{ attempts: 0 }, "attempts is 0"],
  ])("refuses a bound that is no whole number from 1 (%#)", (settings, message) => {
    expect(() => createLocalEngine(settings)).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringContaining(message),
      }),
    );
  });
});
