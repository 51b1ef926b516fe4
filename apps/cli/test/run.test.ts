import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { datasetBytes } from "./dataset-bytes.ts";
import { runCli } from "./run-cli.ts";
import type { CliResult } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const SCENES = ["--images", "scenes:60", "--seed", "3", "--shard-size", "16"];

interface Line {
  readonly q_img: string;
  readonly q_text: readonly string[];
  readonly t_img: string;
  readonly hns: readonly string[];
}

describe("megapairs run", () => {
  const out = join(temporaryDirectory(), "run");
  const jsonl = join(out, "export/megapairs.jsonl");
  let first: CliResult;
  beforeAll(async () => {
    first = await runCli(["run", ...SCENES, "--out", out]);
  }, 120_000);

  it("ends well and prints the places of the run, the dataset and the contact sheet", () => {
    expect(first.stderr).not.toContain("megapairs:");
    expect(first.code).toBe(0);
    for (const place of [out, jsonl, join(out, "contact-sheet.jpg")]) {
      expect(first.stdout).toContain(place);
      expect(existsSync(place)).toBe(true);
    }
  });

  it("writes the released format: the query image leads the negatives, three instructions each", () => {
    const lines = readFileSync(jsonl, "utf8").trim().split("\n");
    expect(lines.length).toBeGreaterThan(20);
    for (const line of lines) {
      const record = JSON.parse(line) as Line;
      expect(Object.keys(record)).toEqual(["q_img", "q_text", "t_img", "hns"]);
      expect(record.hns[0]).toBe(record.q_img);
      expect(record.hns).not.toContain(record.t_img);
      expect(record.t_img).not.toBe(record.q_img);
      expect(new Set(record.q_text).size).toBeGreaterThanOrEqual(3);
    }
  });

  it("does nothing the second time, and leaves the same bytes", async () => {
    const before = datasetBytes(join(out, "export"));
    const again = await runCli(["run", "--out", out]);
    expect(again.code).toBe(0);
    expect(datasetBytes(join(out, "export"))).toEqual(before);
  }, 60_000);

  it("gives the same bytes for another directory, shard order aside", async () => {
    const other = join(out, "../other");
    const result = await runCli(["run", ...SCENES, "--out", other, "--json"]);
    expect(result.code).toBe(0);
    const summary = JSON.parse(result.stdout) as { readonly triplets: number };
    expect(summary.triplets).toBeGreaterThan(20);
    expect(datasetBytes(join(other, "export"))).toEqual(datasetBytes(join(out, "export")));
  }, 120_000);

  it("refuses other settings, and takes them with --redo", async () => {
    const refused = await runCli(["mine", out, "--band", "0.7,0.95"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/band\.lower was 0\.8, is 0\.7/);
    expect(refused.stderr).toContain("--redo");
    const redone = await runCli(["mine", out, "--band", "0.7,0.95", "--redo", "mine"]);
    expect(redone.stderr).not.toContain("megapairs:");
    expect(redone.code).toBe(0);
    const finished = await runCli(["run", "--out", out]);
    expect(finished.code).toBe(0);
  }, 180_000);

  it("inspects: counts, samples and a picture", async () => {
    const { code, stdout } = await runCli([
      "inspect",
      out,
      "--samples",
      "2",
      "--sheet",
      join(out, "two.jpg"),
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^images +60$/m);
    expect(stdout).toMatch(/1\. scenes\/\d+\.jpg → scenes\/\d+\.jpg/);
    expect(statSync(join(out, "two.jpg")).size).toBeGreaterThan(5000);
    const json = await runCli(["inspect", out, "--json"]);
    expect(JSON.parse(json.stdout)).toMatchObject({ images: 60, rejects: [] });
  }, 60_000);
});
