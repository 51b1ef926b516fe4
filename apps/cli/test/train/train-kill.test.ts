import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, beforeEach, expect, it, vi } from "vitest";
import { loadTrainConfig } from "../../src/config/load-train-config.ts";
import { datasetBytes } from "../dataset-bytes.ts";
import { runCli } from "../run-cli.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  imageAt,
  smallRun,
  trainHere,
  writeSmallestConfig,
  writeTriplets,
} from "./train-fixture.ts";

const KILLS = 3;
const directory = temporaryDirectory();
const path = (...names: string[]): string => join(directory, ...names);
const STEPS = 30;

let settings: Record<string, unknown>;
let undisturbed: Record<string, string>;

/** What must not depend on interruptions: the model, and what was rejected, at which step. */
function bytesOf(out: string): Record<string, string> {
  const rejects = readFileSync(join(out, "rejects.jsonl"), "utf8");
  const metrics = readFileSync(join(out, "metrics.jsonl"), "utf8");
  const losses = metrics.replaceAll(/"samplesPerSecond":[^,]+,/g, "");
  return { ...datasetBytes(join(out, "model")), rejects, losses };
}

const mute = (): unknown => vi.spyOn(process.stderr, "write").mockReturnValue(true);
beforeEach(() => void mute());

beforeAll(async () => {
  mute();
  writeSmallestConfig(directory);
  const triplets = await writeTriplets(directory, { count: 24, hardNegatives: 2 });
  writeFileSync(join(triplets, imageAt(7)), "no picture");
  settings = {
    ...smallRun(directory),
    data: { triplets },
    hardNegatives: 2,
    steps: STEPS,
    averageDecay: 0.9,
    chunk: 5,
  };
  writeFileSync(path("run.json"), JSON.stringify({ ...settings, out: undefined }));
  await trainHere(smallRun(directory, { ...settings, out: path("undisturbed") }));
  undisturbed = bytesOf(path("undisturbed"));
}, 60_000);

it(`gives the same bytes after ${KILLS} kills as without any`, async () => {
  const args = ["train", path("run.json"), "--out", path("killed"), "--json"];
  let kills = 0;
  for (let attempt = 0; attempt < KILLS; attempt += 1) {
    const { code } = await runCli(args, {
      onStderr: (text, kill) => {
        const events = text.split("\n").length - 1;
        if (events > 1 + 2 * attempt) kill("SIGKILL");
      },
    });
    if (code === undefined) kills += 1;
  }
  expect(kills).toBe(KILLS);
  const resumed = await runCli(args);
  expect(resumed.stderr).not.toContain("megapairs:");
  expect(JSON.parse(resumed.stdout)).toMatchObject({ steps: STEPS, step: STEPS });
  expect(bytesOf(path("killed"))).toEqual(undisturbed);
  expect(undisturbed["rejects"]).toContain("images/007.jpg");
}, 120_000);

it("ends the step in work on Ctrl-C, and goes on with nothing but the folder", async () => {
  const args = ["train", path("run.json"), "--out", path("stopped"), "--json"];
  const stopped = await runCli(args, {
    onStderr: (text, kill) => {
      if (text.includes('"checkpoint"') && !text.includes("Ending")) kill("SIGINT");
    },
  });
  expect(stopped.code).toBe(130);
  expect(stopped.stderr).toContain(
    `Interrupted. To go on: megapairs train --out ${path("stopped")}\n`,
  );
  const result = await trainHere(await loadTrainConfig(undefined, { out: path("stopped") }));
  expect(result.resumed).toBeGreaterThanOrEqual(2);
  expect(result.resumed).toBeLessThan(STEPS);
  expect(bytesOf(path("stopped"))).toEqual(undisturbed);
}, 60_000);
