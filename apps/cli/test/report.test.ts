import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseResults } from "@megapairs/report";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const out = join(directory, "small");
const page = join(out, "report.html");

describe("megapairs report", () => {
  beforeAll(async () => {
    const config = join(directory, "config.yaml");
    writeFileSync(
      config,
      "corpus: scenes:48\nrelations:\n  I: { encoder: scenes/colour, neighbours: 6, band: { quantiles: [0.9, 0.999] } }\n",
    );
    const { code, stderr } = await runCli(["run", config, "--out", out]);
    if (code !== 0) throw new Error(stderr);
  });

  it("shows what a run holds on one page, the same bytes each time", async () => {
    const { code, stdout, stderr } = await runCli(["report", out, "--samples", "3"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain(page);
    const html = readFileSync(page, "utf8");
    expect(html.match(/<article/gu)).toHaveLength(3);
    for (const text of ["Run small", "48 images", "scenes/colour", "megapairs run small.yaml"]) {
      expect(html).toContain(text);
    }
    await runCli(["report", out, "--samples", "3"]);
    expect(readFileSync(page, "utf8")).toBe(html);
  });

  it("gives the results as JSON, and makes the same page of them", async () => {
    const { stdout } = await runCli(["report", out, "--samples", "3", "--json"]);
    const file = join(directory, "results.json");
    writeFileSync(file, stdout);
    const { similarities, flow, provenance, triplets } = parseResults(stdout, file);
    const pairs = provenance!["I"]!;
    expect(similarities).toMatchObject([{ relation: "I", images: 48, sampledQueries: 48, pairs }]);
    expect(flow!.map(({ name }) => name)).toEqual([
      "ingest",
      "embed",
      "neighbours",
      "pairs",
      "describe",
      "instruct",
      "export",
    ]);
    expect(flow!.at(3)).toMatchObject({ outputs: { pairs } });
    expect(triplets).toHaveLength(3);
    const { code } = await runCli(["report", file]);
    expect(code).toBe(0);
    expect(readFileSync(join(directory, "report.html"), "utf8")).toBe(readFileSync(page, "utf8"));
  });

  it("says what it cannot show", async () => {
    const nowhere = await runCli(["report", join(directory, "nowhere")]);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toMatch(/is not a run directory/);
    const broken = join(directory, "broken.json");
    writeFileSync(broken, `{"format":"other"}`);
    const other = await runCli(["report", broken]);
    expect(other.code).toBe(4);
    expect(other.stderr).toMatch(/broken\.json holds no results: format/);
    const folder = await runCli(["report", out, "--out", directory]);
    expect(folder.code).toBe(2);
    expect(folder.stderr).toMatch(/is a folder, expected the name of a file/);
  });

  it("shows a run that has only begun", async () => {
    const begun = join(directory, "begun");
    await runCli(["run", "--images", "scenes:4", "--until", "ingest", "--out", begun]);
    const { code } = await runCli(["report", begun]);
    expect(code).toBe(0);
    expect(readFileSync(join(begun, "report.html"), "utf8")).toContain("4 images");
  });
});
