import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const run = join(directory, "run");

interface Provenance {
  readonly evidence: readonly { readonly relation: string }[];
}

function provenanceOf(folder: string): Provenance[] {
  const lines = readFileSync(join(folder, "provenance.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Provenance);
}

beforeAll(async () => {
  writeFileSync(
    join(directory, "captions.yaml"),
    "model: { initial: clip-tiny }\ndata: { captions: scenes:9, relations: [D] }\n",
  );
  const args = ["run", "--images", "scenes:120", "--band", "0.8,0.97", "--out", run];
  const { code, stderr } = await runCli(args);
  if (code !== 0) throw new Error(stderr);
}, 60_000);

it("exports what some relations found, as a filter of the whole", async () => {
  const { code, stdout } = await runCli(["export", run, "--relations", "T,D", "--json"]);
  expect(code).toBe(0);
  const whole = provenanceOf(join(run, "export"));
  const part = provenanceOf(join(run, "export-D-T"));
  expect(part).toEqual(
    whole.filter(({ evidence }) => evidence.some(({ relation }) => relation !== "I")),
  );
  expect(part.length).toBeGreaterThan(0);
  expect(part.length).toBeLessThan(whole.length);
  expect(JSON.parse(stdout)).toMatchObject({ relations: ["D", "T"], triplets: part.length });
}, 30_000);

it("trains on what some relations found", async () => {
  const config = join(directory, "train.yaml");
  writeFileSync(
    config,
    `model: { initial: clip-tiny }\ndata: { triplets: ${run} }\nbatch: 2\nchunk: 2\nsteps: 2\n`,
  );
  const examples = async (...flags: string[]): Promise<unknown> => {
    const args = ["train", config, "--out", join(directory, "train"), "--dry-run", "--json"];
    const { code, stdout, stderr } = await runCli([...args, ...flags]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    return JSON.parse(stdout).samples;
  };
  expect(await examples()).toBe(provenanceOf(join(run, "export")).length);
  expect(await examples("--relations", "D,T")).toBe(provenanceOf(join(run, "export-D-T")).length);
}, 60_000);

it.each([
  [["export", run, "--relations", "Q"], /there is no relation Q, only D, I, T/],
  [["export", run, "--relations", "D,"], /expected names between commas/],
  [["export", run, "--to", "x"], /--to goes with --relations/],
  [["train", "captions.yaml"], /data: relations are of triplets, captions have none/],
])("refuses %j", async (args, message) => {
  const { code, stderr } = await runCli(args, { cwd: directory });
  expect(stderr).toMatch(message);
  expect(code).toBe(2);
});
