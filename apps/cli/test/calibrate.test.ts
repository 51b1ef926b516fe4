import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inspectImage } from "@megapairs/image";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const out = join(directory, "run");
const config = join(directory, "config.yaml");

/** Settings of one relation with this band. */
function write(band: string): void {
  writeFileSync(
    config,
    `corpus: scenes:80\nrelations:\n  I: { encoder: scenes/colour, neighbours: 6, band: ${band} }\n`,
  );
}

async function stageSettings(): Promise<unknown> {
  const run = JSON.parse(readFileSync(join(out, "run.json"), "utf8"));
  return run.stages.neighbours.settings;
}

describe("a band of quantiles", () => {
  beforeAll(async () => {
    write("{ quantiles: [0.9, 0.999] }");
    const { code, stderr } = await runCli(["run", config, "--until", "mine", "--out", out]);
    if (code !== 0) throw new Error(stderr);
  }, 60_000);

  it("becomes cosines that are kept with the stage, and stay when the run goes on", async () => {
    const settings = await stageSettings();
    expect(settings).toEqual({
      I: {
        band: { lower: expect.any(Number), upper: expect.any(Number) },
        quantiles: [0.9, 0.999],
        neighbours: 6,
        recall: 0.99,
      },
    });
    const { code } = await runCli(["mine", out]);
    expect(code).toBe(0);
    expect(await stageSettings()).toEqual(settings);
  }, 30_000);

  it("is the one that mine calibrate measures", async () => {
    const { code, stdout } = await runCli(["mine", "calibrate", out, "--json"]);
    expect(code).toBe(0);
    const [{ relation, band, bins, quantiles, proposed, sheet, sampledQueries }] =
      JSON.parse(stdout).relations;
    expect({ I: { band, quantiles: [0.9, 0.999], neighbours: 6, recall: 0.99 } }).toEqual(
      await stageSettings(),
    );
    expect(relation).toBe("I");
    expect(sampledQueries).toBe(80);
    expect(quantiles["0.9"]).toBe(band.lower);
    expect(proposed.upper).toBe(band.upper);
    const shares = bins.map(({ share }: { share: number }) => share);
    expect(shares.reduce((sum: number, share: number) => sum + share, 0)).toBeCloseTo(1, 9);
    for (const { lower, upper, pairs } of bins) {
      for (const { score } of pairs) {
        expect(score).toBeGreaterThanOrEqual(lower - 1e-6);
        expect(score).toBeLessThanOrEqual(upper + 1e-6);
      }
    }
    expect(sheet).toBe(join(out, "calibration-I.jpg"));
    expect(await inspectImage(readFileSync(sheet))).toMatchObject({
      mediaType: "image/jpeg",
    });
  }, 30_000);

  it("is refused where it is none, and where all images are alike", async () => {
    const messages: string[] = [];
    for (const band of ["{ quantiles: [0.9, 0.5] }", "{ quantiles: [0, 1] }", "{ quantile: 3 }"]) {
      write(band);
      const { code, stderr } = await runCli(["run", config, "--out", join(directory, "bad")]);
      expect(code).toBe(2);
      messages.push(stderr);
    }
    expect(messages[0]).toMatch(/relations\.I\.band/);
    write("{ quantiles: [0.99999, 1] }");
    const { code, stderr } = await runCli(["run", config, "--out", join(directory, "narrow")]);
    expect(stderr).toMatch(/The quantiles 0\.99999 and 1 of I make no band: both are a cosine of/);
    expect(code).toBe(2);
  }, 60_000);
});

describe("megapairs mine calibrate", () => {
  it("prints bars, quantiles and a band for people", async () => {
    const sheets = join(directory, "sheets");
    const args = ["mine", "calibrate", out, "--pairs", "2", "--seed", "5", "--sheets", sheets];
    const { code, stdout, stderr } = await runCli(args);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^I: 80 images, 80 of them compared with all\n/);
    expect(stdout).toMatch(/ 0\.\d\d {2}\d\.\d\d █+ /);
    expect(stdout).toMatch(/below {8}50 % -?\d\.\d{3} · 90 %/);
    expect(stdout).toMatch(/proposed {5}-?0\.\d+, /);
    const again = await runCli(args);
    expect(again.stdout).toBe(stdout);
    expect(readFileSync(join(sheets, "calibration-I.jpg")).length).toBeGreaterThan(1000);
  }, 30_000);

  it("needs a run with vectors", async () => {
    const nowhere = await runCli(["mine", "calibrate", join(directory, "nowhere")]);
    expect(nowhere.stderr).toMatch(/is not a run directory/);
    expect(nowhere.code).toBe(2);
    const ingested = join(directory, "ingested");
    await runCli(["run", "--images", "scenes:4", "--until", "ingest", "--out", ingested]);
    const { code, stderr } = await runCli(["mine", "calibrate", ingested]);
    expect(stderr).toMatch(/The run has no vectors yet: megapairs run --until embed/);
    expect(code).toBe(2);
  }, 30_000);
});
