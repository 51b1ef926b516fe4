import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy } from "@megapairs/dataset";
import { createScenesCorpus } from "@megapairs/scenes";
import { expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();

it("writes vectors and ids, and nothing else, for people who want nothing but vectors", async () => {
  const out = join(directory, "vectors.npy");
  const ids = join(directory, "ids.txt");
  const args = [
    "embed",
    "--model",
    "scenes/colour",
    "--images",
    "scenes:20",
    "--out",
    out,
    "--ids",
    ids,
  ];
  const { code, stdout } = await runCli(args);
  expect(code).toBe(0);
  expect(stdout).toContain(out);
  const lines = readFileSync(ids, "utf8").trim().split("\n");
  expect(lines).toHaveLength(20);
  const matrix = await readNpy(out);
  expect(matrix.rows).toBe(20);
  for (let row = 0; row < matrix.rows; row += 1) {
    const vector = matrix.values.subarray(row * matrix.columns, (row + 1) * matrix.columns);
    expect(Math.hypot(...vector)).toBeCloseTo(1, 4);
  }
  const again = await runCli([
    ...args.slice(0, -4),
    "--out",
    join(directory, "b.npy"),
    "--ids",
    join(directory, "b.txt"),
  ]);
  expect(again.code).toBe(0);
  expect(readFileSync(join(directory, "b.npy"))).toEqual(readFileSync(out));
}, 60_000);

it("says which files gave no vector", async () => {
  const photos = join(directory, "photos");
  mkdirSync(photos);
  writeFileSync(join(photos, "bad.jpg"), "no picture");
  const rejects = join(directory, "rejects.jsonl");
  const { code, stderr } = await runCli([
    "embed",
    "--model",
    "scenes/colour",
    "--images",
    photos,
    "--rejects",
    rejects,
    "--out",
    join(directory, "c.npy"),
    "--ids",
    join(directory, "c.txt"),
  ]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/corrupt-data +bad\.jpg/);
  expect(JSON.parse(readFileSync(rejects, "utf8"))).toMatchObject({ item: "bad.jpg" });
}, 60_000);

it("keeps ids and rows in step when a file's name has a line break", async () => {
  const odd = join(directory, "odd");
  mkdirSync(odd);
  const [first, second] = ["a.jpg", "b\nc.jpg"];
  for (const name of [first, second]) writeFileSync(join(odd, name), await picture());
  const ids = join(directory, "made/for/it/odd.txt");
  const input = ["--model", "scenes/colour", "--images", odd];
  const output = ["--out", join(directory, "made/odd.npy"), "--ids", ids];
  const { code, stderr } = await runCli(["embed", ...input, ...output]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/b\nc\.jpg: its name has a line break/);
  expect(readFileSync(ids, "utf8")).toBe("a.jpg\n");
}, 60_000);

it("refuses places it could not write to, before it embeds anything", async () => {
  const embed = ["embed", "--model", "scenes/colour", "--images", "scenes:20"];
  const same = join(directory, "same");
  const twice = await runCli([...embed, "--out", same, "--ids", same]);
  expect(twice.stderr).toContain("must be different files");
  const folder = await runCli([...embed, "--out", same, "--ids", directory]);
  expect(folder.stderr).toContain("is a folder");
  expect([twice.code, folder.code]).toEqual([2, 2]);
  expect(existsSync(same)).toBe(false);
}, 60_000);

async function picture(): Promise<Uint8Array> {
  for await (const entry of createScenesCorpus({ images: 1, seed: 1 }).read({ start: 0, end: 1 })) {
    return entry.read();
  }
  throw new Error("no picture");
}
