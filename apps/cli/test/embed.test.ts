import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readNpy } from "@megapairs/dataset";
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
