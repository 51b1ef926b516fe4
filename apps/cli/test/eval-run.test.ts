import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createScenesCorpus } from "@megapairs/scenes";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

vi.setConfig({ testTimeout: 90_000 });

const directory = temporaryDirectory();
const photos = join(directory, "photos");
const IMAGES = 24;
const names = Array.from({ length: IMAGES }, (_, at) => `${at}.png`);

beforeAll(async () => {
  mkdirSync(photos);
  const corpus = createScenesCorpus({ images: IMAGES, seed: 5 });
  let at = 0;
  for await (const shard of corpus.plan({ shardSize: IMAGES })) {
    for await (const entry of corpus.read(shard.input)) {
      writeFileSync(join(photos, names[at]!), await entry.read());
      at += 1;
    }
  }
});

function set(name: string, rows: readonly unknown[]): string {
  const file = join(directory, name);
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  return file;
}

/** Every picture asks for the next one, by picture alone or with a text. */
const rows = (text?: string) =>
  names.map((name, at) => ({
    q_img: name,
    ...(text === undefined ? {} : { q_text: text }),
    targets: [names[(at + 1) % IMAGES]!],
  }));

const runTriplets = (file: string, out: string, ...more: string[]) =>
  runCli(
    ["eval", "run", "triplets", "--annotations", file, "--images", photos].concat(
      "--out",
      join(directory, out),
      ...more,
    ),
  );
const colour = ["--model", "scenes/colour"];

describe("eval run", () => {
  it("encodes, ranks, scores and reports; again it starts from the kept vectors", async () => {
    const file = set("next.jsonl", rows());
    const first = await runTriplets(file, "first", ...colour);
    expect(first.stderr).not.toContain("megapairs:");
    expect(first.code).toBe(0);
    expect(first.stdout).toMatch(/^triplets next\nrule: [^]*R@1 +\d+\.\d\d +95 %/u);
    expect(first.stderr).toContain("24/24");
    const again = await runTriplets(file, "first", ...colour, "--json");
    expect(again.stderr).toBe("");
    const result = JSON.parse(again.stdout) as {
      readonly scores: Readonly<Record<string, { readonly mean: number }>>;
      readonly files: Readonly<Record<string, string>>;
    };
    const page = readFileSync(result.files["page"]!, "utf8");
    expect(page).toContain("data:image/jpeg;base64,");
    expect(page).not.toMatch(/(?:src|href)="https?:/u);
    expect(readFileSync(result.files["markdown"]!, "utf8")).toContain("# triplets next");

    const score = await runCli(
      ["eval", "score", "triplets", "--annotations", file, "--json"].concat(
        "--predictions",
        result.files["predictions"]!,
      ),
    );
    expect(JSON.parse(score.stdout)).toMatchObject({
      title: "triplets next",
      scores: { "R@1": result.scores["R@1"]!.mean, "mAP@5": result.scores["mAP@5"]!.mean },
    });
  });

  it("compares two runs, and refuses what is not one", async () => {
    const file = set("pairs.jsonl", rows());
    await runTriplets(file, "a", ...colour);
    await runTriplets(file, "b", "--model", "scenes/pattern");
    const compare = (...args: string[]) => runCli(["eval", "compare", ...args]);
    const [a, b] = [join(directory, "a"), join(directory, "b/results.json")];
    const words = await compare(a, b);
    expect(words.code).toBe(0);
    expect(words.stdout).toMatch(/R@10 .*95 %: .* p = /u);
    const same = JSON.parse((await compare(a, a, "--json", "--metric", "R@5")).stdout) as unknown;
    expect(same).toMatchObject({
      results: [{ metric: "R@5", difference: { mean: 0 }, pValue: 1 }],
    });
    await runTriplets(set("other.jsonl", rows()), "c", ...colour);
    const other = await compare(a, join(directory, "c"));
    expect(other.code).toBe(2);
    expect(other.stderr).toContain("expected the same rule");
    const none = await compare(a, join(directory, "none"));
    expect(none.stderr).toContain("none/results.json cannot be read");
    const wrong = await compare(a, file.replace("pairs.jsonl", "a/predictions.json"));
    expect(wrong.code).toBe(4);
    expect(wrong.stderr).toContain("is no result of a run");
  });

  it("lists missing pictures, stops before it encodes, and goes on only under another name", async () => {
    const file = set("missing.jsonl", [
      ...rows(),
      { q_img: "gone.png", targets: ["0.png"] },
      { q_img: "0.png", targets: ["lost.png"] },
    ]);
    const refused = await runTriplets(file, "missing", ...colour);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("2 of 26 pictures are not in");
    expect(refused.stderr).toContain("--partial");
    expect(refused.stderr).not.toContain("encode");
    const list = readFileSync(join(directory, "missing/missing-images.txt"), "utf8");
    expect(list).toBe("gone.png\nlost.png\n");
    const partial = await runTriplets(file, "missing", ...colour, "--partial");
    expect(partial.code).toBe(0);
    expect(partial.stdout).toMatch(
      /^partial triplets missing, 24 of 26 queries, 24 of 26 candidates\n/u,
    );
  });

  it("names a picture that is broken", async () => {
    writeFileSync(join(photos, "broken.png"), "no picture");
    const file = set("broken.jsonl", [...rows(), { q_img: "broken.png", targets: ["0.png"] }]);
    const { code, stderr } = await runTriplets(file, "broken", ...colour);
    expect(code).toBe(4);
    expect(stderr).toContain("2 pictures cannot be read, the first: broken.png: ");
  });

  it("offers what an encoder without composed inputs can do, by name", async () => {
    const file = set("composed.jsonl", rows("the next one"));
    const refused = await runTriplets(file, "composed", ...colour);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toMatch(/encodes image; .* instead, .*"image" \(image alone\)/u);
    const image = await runTriplets(file, "composed", ...colour, "--compose", "image");
    expect(image.stdout).toMatch(/^triplets composed \(image alone\)\n/u);
  });

  it("ends gracefully on Ctrl-C, and the same command goes on", async () => {
    const file = set("stopped.jsonl", rows());
    const args = ["eval", "run", "triplets", "--annotations", file, "--images", photos, "--json"];
    const out = ["--out", join(directory, "stopped"), ...colour];
    const stopped = await runCli([...args, ...out], {
      onStderr: (text, kill) => {
        if (text.includes('"stage"')) kill("SIGINT");
      },
    });
    expect([0, 130]).toContain(stopped.code); // 0 where it was done before the signal came
    const again = await runCli([...args, ...out]);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ title: "triplets stopped", queryCount: 24 });
  });

  it("refuses flags of another benchmark, and a run without annotations", async () => {
    const file = set("flags.jsonl", rows());
    const flags = await runTriplets(file, "flags", ...colour, "--data-set", "GQA");
    expect(flags.code).toBe(2);
    expect(flags.stderr).toContain("--data-set is of mmeb; triplets does not have it");
    const bare = await runCli(["eval", "run", "circo", ...colour, "--out", join(directory, "x")]);
    expect(bare.stderr).toContain("Give --annotations for circo");
  });
});

it("scores with the flags that a run was made with", async () => {
  const file = set("texts.jsonl", [
    { q_img: "0.png", q_text: ["a", "b"], t_img: "1.png", hns: ["0.png", "2.png"] },
  ]);
  const predictions = join(directory, "texts.json");
  writeFileSync(predictions, JSON.stringify({ "0/0": ["1.png", "0.png", "2.png"] }));
  const score = (...more: string[]) =>
    runCli(
      ["eval", "score", "triplets", "--annotations", file, "--predictions", predictions].concat(
        more,
      ),
    );
  const all = await score("--texts", "all");
  expect(all.stdout).toMatch(/^partial triplets texts, 1 of 2 queries\n/u);
  const first = await score();
  expect(first.stderr).toContain('There is no query "0/0"');
});

it("prints what others published, with the sources", async () => {
  const { code, stdout } = await runCli(["eval", "published", "mmeb"]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/MMRet-MLLM +mmeb +P@1 +44\.0 +MegaPairs/u);
  const none = await runCli(["eval", "published", "imagenet"]);
  expect(none.code).toBe(2);
});
