import { createProgress, type ProgressSettings, type StageSummary } from "@megapairs/run";
import { describe, expect, it } from "vitest";

const SUMMARY: StageSummary = {
  name: "embed",
  identity: "a".repeat(64),
  shards: 10,
  resumedShards: 0,
  items: 1000,
  rows: { embeddings: 998 },
  rejected: 2,
  digest: "b".repeat(64),
  elapsedMs: 65_000,
};
const CLEAR = "\r\u001B[2K";

interface Screen {
  readonly written: string[];
  readonly progress: ReturnType<typeof createProgress>;
  readonly tick: (milliseconds: number) => void;
}

function createScreen(settings: ProgressSettings & { readonly columns?: number } = {}): Screen {
  const { columns, ...rest } = settings;
  const written: string[] = [];
  let atMs = 1000;
  const stream = { write: (text: string) => written.push(text), columns };
  const progress = createProgress({ stream, color: false, now: () => atMs, ...rest });
  return { written, progress, tick: (milliseconds) => void (atMs += milliseconds) };
}

describe("createProgress on a terminal", () => {
  it("updates one line with bar, counts, rate, time left and rejects", () => {
    const { written, progress, tick } = createScreen({ isTTY: true, columns: 80 });
    const stage = progress.stage("embed", 1000);
    tick(2000);
    stage.advance(500);
    tick(50);
    stage.reject(2);
    tick(50);
    stage.advance(0);
    stage.finish(SUMMARY);
    expect(written).toEqual([
      `${CLEAR}embed       ${"█".repeat(12)}${"░".repeat(12)}  500/1,000  50%  258/s  ETA 1.9s`,
      `${CLEAR}embed       ${"█".repeat(11)}${"░".repeat(11)}  500/1,000  50%  246/s  ETA 2.0s  2 rejected`,
      `${CLEAR}embed       998 embeddings, 2 rejected  in 1m 05s\n`,
    ]);
  });

  it("writes at most ten times a second", () => {
    const { written, progress, tick } = createScreen({ isTTY: true });
    const stage = progress.stage("embed", 100);
    for (let item = 0; item < 100; item += 1) {
      tick(10);
      stage.advance(1);
    }
    expect(written).toHaveLength(10);
  });

  it.each([20, 40, 60, 80, 200])("never wraps at %d columns", (columns) => {
    const { written, progress, tick } = createScreen({ isTTY: true, columns });
    const stage = progress.stage("embed", 20_000_000);
    tick(1000);
    stage.advance(1_234_567);
    expect(written).toHaveLength(1);
    const width = (written[0] ?? "").slice(CLEAR.length).length;
    expect(width).toBeLessThan(columns);
    expect(width).toBeGreaterThan(Math.min(columns, 60) / 2);
  });

  it("paints, and pads by what is seen, unless NO_COLOR is set", () => {
    const painted = createScreen({ isTTY: true, color: true });
    painted.progress.stage("embed", 1).finish(SUMMARY);
    expect(painted.written).toEqual([
      `${CLEAR}\u001B[32membed     \u001B[0m  998 embeddings, \u001B[33m2 rejected\u001B[0m  in 1m 05s\n`,
    ]);
    const before = process.env["NO_COLOR"];
    process.env["NO_COLOR"] = "1";
    const plain: string[] = [];
    const stream = { write: (text: string) => plain.push(text), isTTY: true };
    createProgress({ stream }).stage("embed", 1).finish(SUMMARY);
    if (before === undefined) delete process.env["NO_COLOR"];
    else process.env["NO_COLOR"] = before;
    expect(plain).toEqual([`${CLEAR}embed       998 embeddings, 2 rejected  in 1m 05s\n`]);
  });

  it("leaves the state of an interrupted stage on the screen", () => {
    const { written, progress, tick } = createScreen({ isTTY: true });
    const stage = progress.stage("embed", 1000);
    stage.advance(250);
    tick(50);
    stage.stop();
    expect(written).toEqual([`${CLEAR}embed  250/1,000  25%  4,996/s  stopped\n`]);
  });
});

describe("work that is no stage of a run", () => {
  it("leaves what was done", () => {
    const { written, progress, tick } = createScreen({ isTTY: true });
    const work = progress.stage("embed", 250);
    work.advance(250);
    tick(50);
    work.end();
    expect(written).toEqual([`${CLEAR}embed  250/250  100%  4,996/s\n`]);
  });

  it("is an event for machines", () => {
    const { written, progress, tick } = createScreen({ json: true });
    const work = progress.stage("embed", 250);
    work.advance(250);
    tick(50);
    work.end();
    expect(JSON.parse(written.at(-1) ?? "")).toMatchObject({
      event: "done",
      done: 250,
      total: 250,
    });
  });
});

describe("createProgress in a log", () => {
  it("writes a plain line at most every five seconds, without control codes", () => {
    const { written, progress, tick } = createScreen();
    const stage = progress.stage("embed", 1000);
    for (let second = 0; second < 10; second += 1) {
      tick(1000);
      stage.advance(100);
    }
    stage.finish(SUMMARY);
    expect(written).toEqual([
      "embed  500/1,000  50%  102/s  ETA 4.9s\n",
      "embed  1,000/1,000  100%  102/s\n",
      "embed       998 embeddings, 2 rejected  in 1m 05s\n",
    ]);
  });

  it("leaves resumed items out of the rate", () => {
    const { written, progress, tick } = createScreen();
    const stage = progress.stage("embed", 1000, { resumedItems: 900 });
    tick(300_000);
    stage.advance(50);
    expect(written).toEqual(["embed  950/1,000  95%  1.7/s  ETA 30s\n"]);
  });

  it("says what was resumed, what was done before, and what the stage says of itself", () => {
    const { written, progress } = createScreen();
    const stage = progress.stage("embed", 1000);
    stage.finish({ ...SUMMARY, resumedShards: 4 });
    stage.finish({ ...SUMMARY, resumedShards: 10 });
    stage.finish(SUMMARY, "998 vectors of 512 numbers");
    stage.finish({ ...SUMMARY, rows: {}, rejected: 0 });
    expect(written).toEqual([
      "embed       998 embeddings, 2 rejected  4 of 10 shards resumed  in 1m 05s\n",
      "embed       998 embeddings, 2 rejected  done before\n",
      "embed       998 vectors of 512 numbers  in 1m 05s\n",
      "embed       in 1m 05s\n",
    ]);
  });

  it("shows slow stages by the minute", () => {
    const { written, progress, tick } = createScreen();
    const stage = progress.stage("train", 4);
    tick(600_000);
    stage.advance(1);
    expect(written).toEqual(["train  1/4  25%  2.0/min  ETA 1m 30s\n"]);
  });
});

describe("createProgress for machines", () => {
  it("writes one JSON object a line", () => {
    const { written, progress, tick } = createScreen({ json: true });
    const stage = progress.stage("embed", 1000, { resumedItems: 100 });
    tick(500);
    stage.advance(1);
    tick(500);
    stage.reject(1);
    stage.stop();
    stage.finish(SUMMARY);
    expect(written.every((line) => line.endsWith("}\n"))).toBe(true);
    expect(written.map((line): unknown => JSON.parse(line))).toEqual([
      { event: "stage", stage: "embed", total: 1000, resumed: 100 },
      {
        event: "progress",
        stage: "embed",
        done: 101,
        total: 1000,
        rejected: 1,
        perSecond: expect.closeTo(1, 1),
        etaMs: expect.closeTo(899_042, -1),
      },
      expect.objectContaining({ event: "stopped", done: 101 }),
      expect.objectContaining({ event: "done", stage: "embed", rows: { embeddings: 998 } }),
    ]);
  });
});
