import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseResults } from "@megapairs/report";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli } from "../run-cli.ts";
import type { CliResult } from "../run-cli.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import { writeTinyPlan } from "./tiny-plan.ts";

const directory = temporaryDirectory();
const plan = writeTinyPlan(directory);
const out = join(directory, "demo");
const args = ["demo", plan, "--threads", "1"];
const MINUTES = 300_000;
const BAND = { corpus: "objects:41", relations: { I: { encoder: "scenes/clip" } } };

/** Everything that was measured, by subject and seed, without how long it took. */
function outcomes(folder: string): Record<string, unknown> {
  const names = readdirSync(join(folder, "outcomes")).toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const { seconds: _, ...rest } = JSON.parse(
        readFileSync(join(folder, "outcomes", name), "utf8"),
      );
      return [name, rest];
    }),
  );
}

describe("megapairs demo", () => {
  let first: CliResult;
  beforeAll(async () => {
    first = await runCli([...args, "--out", out]);
  }, MINUTES);

  it("ends with the absolute paths of everything worth opening", () => {
    expect(first.stderr).not.toContain("megapairs:");
    expect(first.code).toBe(0);
    const run = join(out, "mined/band");
    const places = {
      run,
      dataset: join(run, "export/megapairs.jsonl"),
      sheet: join(run, "contact-sheet.jpg"),
      page: join(out, "report.html"),
      results: join(out, "results.json"),
    };
    const list = Object.entries(places).map(([name, path]) => `${name.padEnd(11)}${path}`);
    expect(first.stdout.trimEnd().endsWith(list.join("\n"))).toBe(true);
    for (const place of Object.values(places)) expect(existsSync(place)).toBe(true);
    expect(existsSync(join(out, "model/model.safetensors"))).toBe(true);
  });

  it("trains what the plan calls short, once each, and keeps no work", () => {
    expect(Object.keys(outcomes(out)).map((name) => name.split("-")[0])).toEqual([
      "sum",
      "trained",
    ]);
    expect(readdirSync(join(out, "work"))).toEqual([]);
    expect(readdirSync(join(out, "mined"))).toEqual(["band"]);
  });

  it("writes results that hold every number of the page, and a page of them that loads nothing", () => {
    const text = readFileSync(join(out, "results.json"), "utf8");
    const results = parseResults(text, "results.json");
    expect(results.run.mode).toBe("short");
    const [baselines, ...others] = results.experiments!;
    expect(others).toEqual([]); // of the other group one row is left, which compares nothing
    expect(baselines!.rows.map(({ name }) => name)).toEqual(["sum", "trained"]);
    const [sum, trained] = baselines!.rows.map(({ scores }) => scores["mAP@5"]!);
    expect(sum!.perSeed).toHaveLength(1);
    expect(trained!.mean).toBe(trained!.perSeed[0]);
    expect(results.checks!.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["No picture in common", "passed"],
      ["Near-duplicates", "measured"],
      ["What the annotator sees", "measured"],
      ["Wording", "passed"],
      ["Shortcuts", "measured"],
      ["Colours and shapes that never met in training", "measured"],
    ]);
    expect(results.training!.map(({ points }) => points.length)).toEqual([4]);
    expect(results.flow!.map(({ name }) => name)).toContain("instruct");
    const page = readFileSync(join(out, "report.html"), "utf8");
    expect(page).not.toMatch(/(?:src|href)="https?:/);
    expect(first.stdout).toContain(results.claim);
  });

  it(
    "does nothing the second time",
    async () => {
      const before = outcomes(out);
      const written = statSync(join(out, "outcomes", Object.keys(before)[0]!)).mtimeMs;
      const again = await runCli([...args, "--out", out, "--json"]);
      expect(again.code).toBe(0);
      expect(outcomes(out)).toEqual(before);
      expect(statSync(join(out, "outcomes", Object.keys(before)[0]!)).mtimeMs).toBe(written);
      const { results, dataset } = JSON.parse(again.stdout);
      expect(existsSync(dataset)).toBe(true);
      expect(results.format).toBe("megapairs-results-v1");
      for (const line of again.stderr.trim().split("\n")) JSON.parse(line);
    },
    MINUTES,
  );

  it(
    "goes on from the short one to everything, with every seed",
    async () => {
      const before = outcomes(out);
      const { code, stdout } = await runCli([...args, "--full", "--out", out, "--json"]);
      expect(code).toBe(0);
      const all = outcomes(out);
      expect(all).toMatchObject(before);
      expect(Object.keys(all)).toHaveLength(1 + 3 * 2);
      const { results } = JSON.parse(stdout);
      expect(results.run.mode).toBe("full");
      const negatives = results.experiments[1];
      expect(negatives.seeds).toEqual([0, 1]);
      expect(negatives.metrics).toContain("returns query");
      expect(negatives.rows[0].scores["mAP@5"].perSeed).toHaveLength(2);
      expect(results.disagreements).toHaveLength(1);
    },
    MINUTES,
  );

  it(
    "goes on after Ctrl-C in the middle of training, to the same scores",
    async () => {
      const before = outcomes(out);
      const trained = Object.keys(before).find((name) => name.startsWith("trained-0"));
      rmSync(join(out, "outcomes", trained!));
      let isInterrupted = false;
      const stopped = await runCli([...args, "--out", out, "--json"], {
        onStderr: (text, kill) => {
          if (isInterrupted || !text.includes('"checkpoint"')) return;
          isInterrupted = true;
          kill("SIGINT");
        },
      });
      expect(isInterrupted).toBe(true);
      expect(stopped.code).toBe(130);
      expect(stopped.stderr).toContain("The same command goes on.");
      const resumed = await runCli([...args, "--out", out]);
      expect(resumed.code).toBe(0);
      expect(outcomes(out)).toEqual(before);
    },
    MINUTES,
  );

  it("refuses a folder that was made with another corpus, and says what to do", async () => {
    const other = writeTinyPlan(temporaryDirectory(), { mined: { band: BAND, other: {} } });
    const { code, stderr } = await runCli(["demo", other, "--out", out]);
    expect(stderr).toMatch(
      /megapairs: Stage "ingest" .* was made differently: .*Choose another --out/,
    );
    expect(stderr).not.toContain("--redo");
    expect(code).toBe(2);
  }, 60_000);
});
