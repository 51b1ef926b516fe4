import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

vi.setConfig({ testTimeout: 60_000 });

async function circo(): Promise<{ readonly directory: string; readonly flags: readonly string[] }> {
  const directory = temporaryDirectory();
  await mkdir(join(directory, "annotations"));
  const rows = Array.from({ length: 220 }, (_, id) => ({
    id,
    reference_img_id: 10 * id + 9,
    target_img_id: 10 * id + 1,
    gt_img_ids: [10 * id + 1],
    relative_caption: "is red",
    shared_concept: "a car",
    semantic_aspects: [],
  }));
  await writeFile(join(directory, "annotations/val.json"), JSON.stringify(rows));
  const ranked = rows.map(({ id, target_img_id: target, reference_img_id: reference }) => [
    String(id),
    [reference, target, ...Array.from({ length: 49 }, (_, index) => 10_000 + index)],
  ]);
  await writeFile(join(directory, "ranked.json"), JSON.stringify(Object.fromEntries(ranked)));
  await writeFile(
    join(directory, "one.json"),
    JSON.stringify(Object.fromEntries(ranked.slice(9, 10))),
  );
  return { directory, flags: ["circo", "--annotations", directory] };
}

it("scores predictions, names the rule, and keeps variants and partial runs apart", async () => {
  const { directory, flags } = await circo();
  const score = async (file: string, ...more: string[]) =>
    runCli(["eval", "score", ...flags, "--predictions", join(directory, file), ...more]);
  const words = await score("ranked.json");
  expect(words.code).toBe(0);
  expect(words.stdout).toMatch(
    /^CIRCO val\nrule: AP@k[^]*mAP@5 +50\.00 +95 %: +50\.00 to +50\.00/u,
  );
  const json = await score("ranked.json", "--variant", "reference-removed", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({
    title: "CIRCO val (reference removed)",
    queries: 220,
    scores: { "mAP@5": 1 },
    intervals: { "mAP@5": { lower: 1, upper: 1 } },
  });
  const partial = await score("one.json");
  expect(partial.stdout).toMatch(/^partial CIRCO val, 1 of 220 queries\n/u);
});

it("refuses what the benchmark does not have, in words, with the exit code", async () => {
  const { directory, flags } = await circo();
  const score = async (file: string, ...more: string[]) => {
    const args = ["eval", "score", ...flags, "--predictions", join(directory, file), ...more];
    const { code, stderr } = await runCli(args);
    return `${code} ${stderr}`;
  };
  expect(await score("one.json", "--split", "test1")).toContain("2 megapairs: --split is test1");
  expect(await score("one.json", "--variant", "target-soft")).toContain("2 megapairs: --variant");
  expect(await score("none.json")).toContain("none.json cannot be read");
  await writeFile(join(directory, "cut.json"), '{"1": [');
  expect(await score("cut.json")).toContain("cut.json is no whole JSON");
  await writeFile(join(directory, "twice.json"), '{"1": [5, 5]}');
  expect(await score("twice.json")).toContain('2 megapairs: Query "1" has "5" at ranks 1 and 2');
  await writeFile(join(directory, "annotations/val.json"), "[");
  expect(await score("one.json")).toMatch(/^4 megapairs: .*val\.json has no whole JSON/u);
});

it("writes a submission", async () => {
  const { directory, flags } = await circo();
  const out = join(directory, "out");
  const ranked = join(directory, "ranked.json");
  const { code, stdout } = await runCli(
    ["eval", "submit", ...flags].concat("--split", "val", "--predictions", ranked, "--out", out),
  );
  expect(code).toBe(0);
  expect(stdout).toBe(`${join(out, "circo-val-map.json")}\n`);
  const submission: unknown = JSON.parse(await readFile(stdout.trim(), "utf8"));
  expect(submission).toMatchObject({
    3: [39, 31, ...Array.from({ length: 48 }, (_, n) => 10_000 + n)],
  });
});
