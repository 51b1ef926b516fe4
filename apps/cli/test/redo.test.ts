import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createScenesCorpus } from "@megapairs/scenes";
import { beforeAll, expect, it } from "vitest";
import { datasetBytes } from "./dataset-bytes.ts";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const photos = join(directory, "photos");
const original = join(directory, "original");
const name = (index: number, end: string): string =>
  join(photos, `${String(index).padStart(2, "0")}.${end}`);

/** Runs in a copy of a finished run of 40 pictures. */
function copyOfRun(copy: string): string {
  cpSync(original, join(directory, copy), { recursive: true });
  return join(directory, copy);
}

beforeAll(async () => {
  mkdirSync(photos);
  const corpus = createScenesCorpus({ images: 40, seed: 4 });
  for await (const { input } of corpus.plan({ shardSize: 40 })) {
    let index = 0;
    for await (const entry of corpus.read(input)) {
      writeFileSync(name(index, "jpg"), await entry.read());
      writeFileSync(name(index, "txt"), entry.caption ?? "");
      index += 1;
    }
  }
  const first = await runCli(["run", "--images", photos, "--out", original]);
  if (first.code !== 0) throw new Error(first.stderr);
}, 60_000);

it("keeps what is done when a --redo is refused, and the settings it was done with", async () => {
  const out = copyOfRun("refused");
  const refused = await runCli(["run", "--out", out, "--seed", "9", "--redo", "annotate"]);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toMatch(/pairs\.seed was 0, is 9.*--redo mine/);
  const { stderr } = await runCli(["run", "--out", out]);
  expect(stderr).toMatch(/describe .*done before/);
  expect(datasetBytes(join(out, "export"))).toEqual(datasetBytes(join(original, "export")));
}, 60_000);

it("keeps what is done when the corpus is not there, as when its disk is not mounted", async () => {
  const out = copyOfRun("unmounted");
  const empty = join(directory, "empty/photos");
  mkdirSync(empty, { recursive: true });
  const args = ["run", "--images", empty, "--redo", "ingest", "--out", out];
  const { code, stderr } = await runCli(args);
  expect(code).toBe(2);
  expect(stderr).toContain(`Found no images in ${empty}`);
  const { stderr: finished } = await runCli(["run", "--out", out]);
  expect(finished).toMatch(/describe .*done before/);
}, 20_000);

it("refuses to discard what it would not make again", async () => {
  const { code, stderr } = await runCli(["mine", original, "--redo", "annotate"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--redo annotate comes after mine");
}, 20_000);

it("does not mix rows with those that a removed run.json knew", async () => {
  const out = copyOfRun("forgotten");
  rmSync(join(out, "run.json"));
  const settings = ["--images", photos, "--band", "0.7,0.95", "--out", out];
  const mixed = await runCli(["run", ...settings]);
  expect(mixed.code).toBe(4);
  expect(mixed.stderr).toMatch(/"neighbours" made with other settings.*--redo mine/);
  const redone = await runCli(["run", ...settings, "--redo", "mine"]);
  expect(redone.code).toBe(0);
  const fresh = join(directory, "fresh-band");
  await runCli(["run", ...settings.slice(0, -1), fresh]);
  expect(datasetBytes(join(out, "export"))).toEqual(datasetBytes(join(fresh, "export")));
}, 90_000);

it("tells of rejects as they are now, by path", async () => {
  const bad = join(directory, "bad");
  mkdirSync(bad);
  for (let index = 0; index < 40; index += 1) {
    cpSync(name(index, "jpg"), join(bad, `${index}.jpg`));
  }
  const whole = readFileSync(join(bad, "9.jpg"));
  writeFileSync(join(bad, "9.jpg"), whole.subarray(0, whole.length / 2));
  const out = join(directory, "rejects");
  const args = ["run", "--images", bad, "--until", "embed", "--out", out, "--json"];
  const first = await runCli(args);
  expect(JSON.parse(first.stdout)).toMatchObject({
    rejects: [{ stage: "embed", item: "9.jpg", code: "corrupt-data" }],
  });
  writeFileSync(join(bad, "9.jpg"), whole);
  const repaired = await runCli([...args, "--redo", "ingest"]);
  expect(JSON.parse(repaired.stdout)).toMatchObject({ images: 40, rejects: [] });
}, 60_000);

it("leaves nothing of a corpus that has changed since: pictures gone, replaced, captioned anew", async () => {
  const out = copyOfRun("changed");
  cpSync(name(7, "jpg"), name(6, "jpg"));
  writeFileSync(name(20, "txt"), "A small red circle on a blue background.");
  const renewed = await runCli(["run", "--out", out, "--redo", "ingest"]);
  expect(renewed.stderr).not.toContain("megapairs:");
  for (const index of [1, 2, 3]) rmSync(name(index, "jpg"));
  const refused = await runCli(["run", "--out", out]);
  expect(refused.stderr).toMatch(/its work was 40 items .*is 37 items.*--redo ingest/);
  const redone = await runCli(["run", "--out", out, "--redo", "ingest"]);
  expect(redone.stderr).not.toContain("megapairs:");
  const fresh = join(directory, "fresh");
  await runCli(["run", "--images", photos, "--out", fresh]);
  expect(datasetBytes(join(out, "export"))).toEqual(datasetBytes(join(fresh, "export")));
}, 120_000);
