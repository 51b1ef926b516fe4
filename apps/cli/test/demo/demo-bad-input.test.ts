import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { lockRun } from "@megapairs/run";
import { describeDisks } from "../describe-disks.ts";
import { runCli } from "../run-cli.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeTinyPlan } from "./tiny-plan.ts";

const directory = temporaryDirectory();
const path = (name: string): string => join(directory, name);
const folder = (name: string): string => {
  mkdirSync(path(name));
  return path(name);
};
const MINUTES = 300_000;

describe("a demo that cannot be is one line that says what to do", () => {
  it.each([
    [
      "a plan that is not there",
      path("none.json"),
      2,
      /megapairs: Cannot read the config file .*none\.json/,
    ],
    [
      "a plan with a wrong setting",
      writeTinyPlan(folder("a"), { minedNegatives: 0 }),
      2,
      /tiny\.json: minedNegatives: .*>=1/,
    ],
    [
      "a plan that names what is not there",
      writeTinyPlan(folder("b"), { main: "best" }),
      2,
      /tiny\.json names best, expected one of sum, trained/,
    ],
    [
      "a start that is no model",
      writeTinyPlan(folder("c"), { start: directory }),
      2,
      /has no config\.json/,
    ],
    [
      "training that the trainer refuses",
      writeTinyPlan(folder("d"), { train: { stps: 3 } }),
      2,
      /the plan's training: .*"stps"/,
    ],
  ])(
    "%s",
    async (_name, plan, code, message) => {
      const result = await runCli(["demo", plan, "--out", path("never"), "--threads", "1"]);
      expect(result.stderr).toMatch(message);
      expect(
        result.stderr.split("\n").filter((line) => line.startsWith("megapairs:")),
      ).toHaveLength(1);
      expect(result.stderr).not.toMatch(/^ +at /m);
      expect(result.code).toBe(code);
    },
    MINUTES,
  );

  it("a folder in which another one is at work", async () => {
    const lock = await lockRun(folder("busy"));
    const args = ["demo", writeTinyPlan(folder("e")), "--out", path("busy")];
    const { code, stderr } = await runCli(args);
    await lock.release();
    expect(stderr).toMatch(/megapairs: .*busy.* is in use by process \d+/);
    expect(code).toBe(2);
  }, 60_000);

  it("a folder that is a file", async () => {
    writeFileSync(path("file"), "");
    const { code, stderr } = await runCli(["demo", "--out", path("file")]);
    expect(stderr).toMatch(/megapairs: Cannot make the folder .*file/);
    expect(code).toBe(2);
  }, 60_000);
});

describeDisks(directory, (mount) => {
  const plan = writeTinyPlan(folder("f"));

  it(
    "full: exit code 6, and the same command goes on when there is room",
    async () => {
      const disk = mount("full", "size=3m");
      const args = ["demo", plan, "--out", join(disk, "demo"), "--threads", "1"];
      const stopped = await runCli(args);
      expect(stopped.stderr).toMatch(/megapairs: .*no space left on the disk/);
      expect(stopped.code).toBe(6);
      execFileSync("mount", ["-o", "remount,size=500m", disk]);
      const resumed = await runCli(args);
      expect(resumed.stderr).not.toContain("megapairs:");
      expect(resumed.code).toBe(0);
    },
    MINUTES,
  );

  it("read-only: refused before anything is spent", async () => {
    const disk = mount("read-only", "size=1m");
    execFileSync("mount", ["-o", "remount,ro", disk]);
    const { code, stderr } = await runCli(["demo", plan, "--out", join(disk, "demo")]);
    expect(stderr).toMatch(/megapairs: .*read-only/i);
    expect([2, 6]).toContain(code);
  }, 60_000);
});

const canUnshare = spawnSync("unshare", ["--net", "true"]).status === 0;

it.skipIf(!canUnshare)(
  `needs no network, no browser and one core${canUnshare ? "" : " (skipped: a process without network needs root)"}`,
  () => {
    const main = join(import.meta.dirname, "../../src/main.ts");
    const args = ["demo", writeTinyPlan(folder("g")), "--out", path("alone"), "--threads", "1"];
    const { status, stdout, stderr } = spawnSync(
      "unshare",
      ["--net", "taskset", "1", process.execPath, "--conditions=@megapairs/source", main, ...args],
      { encoding: "utf8", env: { HOME: directory, PATH: "/bin:/usr/bin" } },
    );
    expect(stderr).not.toContain("megapairs:");
    expect(status).toBe(0);
    expect(stdout).toContain(join(path("alone"), "report.html"));
  },
  MINUTES,
);
