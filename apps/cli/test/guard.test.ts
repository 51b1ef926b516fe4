import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNpyWriter, openRunDatabase } from "@megapairs/dataset";
import { createScenesCorpus } from "@megapairs/scenes";
import type { PairRecord } from "@megapairs/spec";
import { beforeAll, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const photos = join(directory, "photos");
const evaluation = join(directory, "evaluation");
const config = join(directory, "run.yaml");

interface Facts {
  readonly pairs: number;
  readonly guarded: number;
  readonly duplicates: { readonly groups: number; readonly images: number };
  readonly rejects: readonly {
    readonly stage: string;
    readonly item: string;
    readonly code: string;
    readonly reason: string;
  }[];
}

async function mine(name: string, ...flags: readonly string[]): Promise<Facts> {
  const out = join(directory, name);
  const args = ["run", config, "--until", "mine", "--json", "--out", out, ...flags];
  const { code, stdout, stderr } = await runCli(args);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Facts;
}

async function pairsOf(name: string): Promise<PairRecord[]> {
  const database = await openRunDatabase(join(directory, name, "lancedb"), { readOnly: true });
  try {
    return await Array.fromAsync(database.readPairs());
  } finally {
    database.close();
  }
}

async function imagesOf(name: string, pairs: readonly PairRecord[]): Promise<Set<string>> {
  const database = await openRunDatabase(join(directory, name, "lancedb"), { readOnly: true });
  const paths = new Map<string, string>();
  for await (const { id, path } of database.readImages()) paths.set(id, path);
  database.close();
  return new Set(
    pairs
      .flatMap(({ queryId, targetId, hardNegativeIds }) => [queryId, targetId, ...hardNegativeIds])
      .map((id) => paths.get(id)!),
  );
}

beforeAll(async () => {
  for (const folder of ["photos/a", "photos/b", "evaluation"]) {
    mkdirSync(join(directory, folder), { recursive: true });
  }
  writeFileSync(
    config,
    "corpus: photos\nrelations:\n  I: { encoder: scenes/colour, band: [0.7, 0.97] }\n",
  );
  const corpus = createScenesCorpus({ images: 60, seed: 4 });
  for await (const { input } of corpus.plan({ shardSize: 60 })) {
    let index = 0;
    for await (const entry of corpus.read(input)) {
      const folder = index < 40 ? "a" : "b";
      writeFileSync(join(photos, folder, `${index}.jpg`), await entry.read());
      index += 1;
    }
  }
}, 60_000);

it("keeps images of an evaluation set, and what looks like them, out of all pairs", async () => {
  const free = await mine("free");
  expect(free).toMatchObject({ guarded: 0 });
  const before = await imagesOf("free", await pairsOf("free"));
  expect(before).toContain("a/3.jpg");
  cpSync(join(photos, "a/3.jpg"), join(evaluation, "three.jpg"));
  writeFileSync(join(evaluation, "broken.jpg"), "no picture");
  const guarded = await mine("guarded", "--guard", evaluation);
  const own = guarded.rejects.filter(({ stage }) => stage === "guard");
  expect(own).toContainEqual({
    stage: "guard",
    shard: expect.any(String),
    item: "a/3.jpg",
    code: "excluded",
    reason: "the same bytes as three.jpg of an evaluation set",
  });
  expect(own.find(({ item }) => item === "broken.jpg")?.code).not.toBe("excluded");
  const out = own.filter(({ code }) => code === "excluded").map(({ item }) => item);
  expect(guarded.guarded).toBe(new Set(out).size);
  const after = await imagesOf("guarded", await pairsOf("guarded"));
  for (const item of out) expect(after).not.toContain(item);
  const { stdout } = await runCli(["inspect", join(directory, "guarded")]);
  expect(stdout).toMatch(/guarded {4}\d+ images that evaluation sets have too/);
}, 90_000);

it("takes vectors for an evaluation set, with a threshold of its own", async () => {
  const npy = join(directory, "evaluation.npy");
  const { code, stderr } = await runCli(
    ["embed", "--model", "scenes/colour", "--images", join(photos, "b"), "--out", npy].concat(
      "--ids",
      join(directory, "ids.txt"),
    ),
  );
  expect(stderr).not.toContain("megapairs:");
  expect(code).toBe(0);
  const facts = await mine("by-vectors", "--guard", `I=${npy}`);
  const out = facts.rejects.filter(({ code: why }) => why === "excluded");
  const items = out.map(({ item }) => item);
  for (let index = 40; index < 60; index += 1) expect(items).toContain(`b/${index}.jpg`);
  expect(out[0]?.reason).toMatch(/^cosine 1\.0000 under I with row \d+ of evaluation\.npy of an/);
  const lower = join(directory, "lower.yaml");
  writeFileSync(
    lower,
    `corpus: photos\nrelations:\n  I: { encoder: scenes/colour, band: [0.7, 0.97] }\nguard:\n  - { vectors: { I: evaluation.npy }, threshold: 0.6 }\n`,
  );
  const args = ["run", lower, "--until", "mine", "--json", "--out", join(directory, "lower")];
  const more = JSON.parse((await runCli(args)).stdout) as Facts;
  expect(more.guarded).toBeGreaterThan(facts.guarded);
}, 90_000);

it("caps hubs and folders and thins duplicates", async () => {
  writeFileSync(
    join(directory, "caps.yaml"),
    [
      "corpus: photos",
      "shardSize: 7",
      "relations:",
      "  I: { encoder: scenes/colour, band: [0.7, 0.93] }",
      "mine: { queriesPerTarget: 2, pairsPerFolder: 25, duplicates: representatives }",
      "",
    ].join("\n"),
  );
  const out = join(directory, "caps");
  const args = ["run", join(directory, "caps.yaml"), "--until", "mine", "--json", "--out", out];
  const { stdout } = await runCli(args);
  const facts = JSON.parse(stdout) as Facts;
  const pairs = await pairsOf("caps");
  const targets = new Map<string, number>();
  for (const { targetId } of pairs) targets.set(targetId, (targets.get(targetId) ?? 0) + 1);
  expect(Math.max(...targets.values())).toBe(2);
  expect(facts.pairs).toBeLessThanOrEqual(50);
  const thinned = facts.rejects.filter(({ code }) => code === "duplicate");
  expect(thinned).toHaveLength(facts.duplicates.images - facts.duplicates.groups);
  expect(thinned.length).toBeGreaterThan(0);
  const used = await imagesOf("caps", pairs);
  for (const { item } of thinned) expect(used).not.toContain(item);
  const whole = ["--shard-size", "100", "--out", join(directory, "caps-whole")];
  expect((await runCli([...args.slice(0, 5), ...whole])).code).toBe(0);
  expect(await pairsOf("caps-whole")).toEqual(pairs);
}, 90_000);

it("refuses guards that guard nothing", async () => {
  const three = await createNpyWriter(join(directory, "three.npy"), { columns: 3 });
  await three.append(Float32Array.of(1, 0, 0));
  await three.close();
  const empty = join(directory, "empty");
  mkdirSync(empty);
  for (const [flag, message] of [
    [empty, /Found no images in .*empty/],
    ["Q=x.npy", /guard\.0\.vectors: there is no relation Q, only I/],
    ["I=nowhere.npy", /Cannot read the guard's vectors .*nowhere\.npy/],
    [`I=${join(directory, "three.npy")}`, /evaluation vectors have 3 dimensions, the corpus \d+/],
  ] as const) {
    const args = ["run", config, "--until", "mine", "--guard", flag];
    const { code, stderr } = await runCli([...args, "--out", join(directory, "refused")]);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  }
}, 90_000);
