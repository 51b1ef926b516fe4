import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const data = join(import.meta.dirname, "../../../../shared/data");
const isThere = existsSync(join(data, "photos/clothing"));
if (!isThere) process.stderr.write(`real photos: skipped, ${data}/photos is not there\n`);

const squeezenet = {
  model: join(data, "models/squeezenet1.1.onnx"),
  output: "embedding",
  preprocessing: {
    size: { height: 227, width: 227 },
    scale: 1,
    mean: [104, 117, 123],
    std: [1, 1, 1],
    channelOrder: "BGR",
  },
};

describe.skipIf(!isThere)("real photos with SqueezeNet", () => {
  it("evaluates category retrieval", async () => {
    const directory = temporaryDirectory();
    const model = join(directory, "squeezenet.json");
    writeFileSync(model, JSON.stringify(squeezenet));
    const out = join(directory, "categories");
    const { code, stdout, stderr } = await runCli(
      ["eval", "run", "folder", "--model", model, "--json", "--out", out].concat(
        "--images",
        join(data, "photos/clothing"),
      ),
    );
    expect(stderr).not.toContain("megapairs:");
    expect(code).toBe(0);
    const { title, scores } = JSON.parse(stdout) as {
      readonly title: string;
      readonly scores: Readonly<Record<string, { mean: number; lower: number; upper: number }>>;
    };
    expect(title).toBe("categories clothing");
    const { mean, lower, upper } = scores["R@1"]!;
    expect(Math.abs(mean - 0.557)).toBeLessThan(0.01); // leave-one-out precision@1: 55.4 to 56.0 %
    expect(lower).toBeGreaterThan(0.5);
    expect(upper).toBeLessThan(0.61);
  }, 180_000);

  it("mines related pairs in a band chosen by looking, and annotates them", async () => {
    const directory = temporaryDirectory();
    const model = join(directory, "squeezenet.json");
    writeFileSync(model, JSON.stringify(squeezenet));
    const { code, stdout, stderr } = await runCli([
      "run",
      "--images",
      join(data, "photos/clothing"),
      "--encoder",
      model,
      "--band",
      "0.74,0.95",
      "--targets",
      "2",
      "--json",
      "--out",
      join(directory, "run"),
    ]);
    expect(stderr).not.toContain("megapairs:");
    expect(code).toBe(0);
    const facts = JSON.parse(stdout) as { readonly pairs: number; readonly triplets: number };
    expect(facts).toMatchObject({ images: 500, rejects: [] });
    expect(facts.pairs).toBeGreaterThan(300);
    expect(facts.triplets).toBe(facts.pairs);
  }, 180_000);
});
