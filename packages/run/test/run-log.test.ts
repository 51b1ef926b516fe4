import { appendFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { createLocalEngine, createRunLog, openManifest, runStage } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import { describe, expect, it } from "vitest";

import { createMemoryShardStore } from "./memory-shard-store.ts";
import { createSquaresStage, squareShard } from "./squares-stage.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const now = (): Date => new Date(Date.UTC(2025, 0, 2, 3, 4, 5));
const TIME = "2025-01-02T03:04:05.000Z";

describe("createRunLog", () => {
  it("appends one JSON object a line, and goes on where it was", async () => {
    const directory = await temporaryDirectory();
    createRunLog(directory, { now }).info("run-started", { b: 1, a: "x\ny" });
    const log = createRunLog(directory, { now });
    log.warn("slow");
    log.error("stopped", { code: "rejected" });
    expect(log.path).toBe(join(directory, "logs", "run.jsonl"));
    expect(await readFile(log.path, "utf8")).toBe(
      `{"time":"${TIME}","level":"info","event":"run-started","a":"x\\ny","b":1}\n` +
        `{"time":"${TIME}","level":"warn","event":"slow"}\n` +
        `{"time":"${TIME}","level":"error","event":"stopped","code":"rejected"}\n`,
    );
  });

  it("closes a line that a power cut left half written", async () => {
    const directory = await temporaryDirectory();
    const { path } = createRunLog(directory);
    await appendFile(path, '{"time":"2025');
    createRunLog(directory, { now }).info("again");
    expect((await readFile(path, "utf8")).split("\n")).toEqual([
      '{"time":"2025',
      `{"time":"${TIME}","level":"info","event":"again"}`,
      "",
    ]);
  });

  it("names a place that cannot be written", async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "logs"), "");
    expect(() => createRunLog(directory)).toThrow(
      expect.objectContaining({ message: expect.stringContaining(join(directory, "logs")) }),
    );
    const other = await temporaryDirectory();
    await mkdir(join(other, "logs", "run.jsonl"), { recursive: true });
    expect(() => createRunLog(other)).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: `Cannot write ${join(other, "logs", "run.jsonl")}: it is a directory`,
      }),
    );
  });

  it("does not put its own failure in the place of the one it tells of", async () => {
    const directory = await temporaryDirectory();
    const log = createRunLog(directory, { now });
    await rm(join(directory, "logs"), { recursive: true });
    expect(() => log.info("shard-committed")).toThrow("Cannot write");
    expect(() => log.warn("shard-failed")).not.toThrow();
    expect(() => log.error("stage-stopped")).not.toThrow();
  });

  it("tells the story of a stage: shards, failures, end", async () => {
    const directory = await temporaryDirectory();
    const log = createRunLog(directory, { now });
    const manifest = await openManifest(directory, { createdBy: {}, settings: null });
    const stage = createSquaresStage({
      count: 5,
      execute: async (execution) => {
        if (execution.attempt === 1 && execution.shard === "000001") {
          throw new MegaPairsError("overloaded", "busy");
        }
        return squareShard(execution);
      },
    });
    const engine = createLocalEngine({ sleep: async () => undefined });
    await runStage(stage, { run: "r", store: createMemoryShardStore(), engine, manifest, log });
    const lines = (await readFile(log.path, "utf8")).trimEnd().split("\n");
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(
      [
        { event: "stage-started", shards: 2, todo: 2 },
        { event: "shard-committed", shard: "000000", rows: { squares: 3 }, rejected: 1 },
        { event: "shard-failed", level: "warn", shard: "000001", attempt: 1, code: "overloaded" },
        { event: "shard-committed", shard: "000001", rows: { squares: 1 }, rejected: 0 },
        { event: "stage-done", rows: { squares: 4 }, rejected: 1 },
      ].map((line) => expect.objectContaining({ level: "info", stage: "squares", ...line })),
    );
  });
});
