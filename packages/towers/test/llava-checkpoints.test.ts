import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import {
  createLlavaModel,
  loadLlavaModel,
  readSafetensors,
  saveLlavaModel,
  writeSafetensors,
} from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import { PYTHON_REASON, python, runPython } from "./python.ts";
import reference from "./reference/llava-features.json" with { type: "json" };
import { scratchFolder } from "./scratch-folder.ts";

const original = join(import.meta.dirname, "reference/llava");
const scratch = scratchFolder();

async function renamed(folder: string, rename: (name: string) => string): Promise<string> {
  const path = join(scratch, folder);
  mkdirSync(path);
  copyFileSync(join(original, "config.json"), join(path, "config.json"));
  const { weights } = await readSafetensors(join(original, "model.safetensors"));
  const other = new Map([...weights].map(([name, weight]) => [rename(name), weight]));
  await writeSafetensors(join(path, "model.safetensors"), other);
  return path;
}

/** Names that transformers 5 writes, to those of the module. */
const ofModule = (name: string): string =>
  name
    .replace("language_model.lm_head", "lm_head")
    .replace("language_model.model", "model.language_model")
    .replace(/^(vision_tower|multi_modal_projector)/, "model.$1");

describe("loadLlavaModel", () => {
  it("loads every layout of names that checkpoints have", async () => {
    const { weights, towers } = await loadLlavaModel(original);
    const four = await renamed("four", (name) =>
      name.replace("vision_tower.", "vision_tower.vision_model."),
    );
    expect((await loadLlavaModel(four)).weights).toEqual(weights);
    expect((await loadLlavaModel(await renamed("module", ofModule))).weights).toEqual(weights);
    const unread = [...weights.keys()].filter((name) => !towers[0]?.weightNames.includes(name));
    expect(unread.filter((name) => !name.includes("layers.2."))).toEqual([
      "language_model.lm_head.weight",
      "vision_tower.vision_model.post_layernorm.bias",
      "vision_tower.vision_model.post_layernorm.weight",
    ]);
    expect(unread).toHaveLength(3 + 16);
  });

  it("names what does not fit", async () => {
    const folder = await renamed("odd", (name) => name.replace("linear_1", "linear_3"));
    await expect(loadLlavaModel(folder)).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining(
        "missing: multi_modal_projector.linear_1.bias, multi_modal_projector.linear_1.weight; " +
          "unexpected: multi_modal_projector.linear_3.bias",
      ) as string,
    });
  });

  it("refuses a weight that is there twice", async () => {
    const folder = await renamed("twice", (name) => name);
    const file = join(folder, "model.safetensors");
    const weights = new Map((await readSafetensors(file)).weights);
    weights.set("lm_head.weight", weights.get("language_model.lm_head.weight")!);
    await writeSafetensors(file, weights);
    await expect(loadLlavaModel(folder)).rejects.toThrow(
      "language_model.lm_head.weight is there twice, also as lm_head.weight",
    );
  });
});

describe("createLlavaModel", () => {
  it("begins every weight as transformers does", async () => {
    const { config } = await loadLlavaModel(original);
    const { weights } = createLlavaModel(config, { seed: 1, shared: true });
    expect([...weights.keys()]).toEqual(Object.keys(reference.initial).toSorted());
    for (const [name, [dims, mean, deviation]] of Object.entries(reference.initial) as [
      string,
      [number[], number, number],
    ][]) {
      const { data, dims: found } = weights.get(name)!;
      expect(found, name).toEqual(dims);
      const average = data.reduce((sum, value) => sum + value, 0) / data.length;
      const spread = Math.sqrt(data.reduce((sum, x) => sum + (x - average) ** 2, 0) / data.length);
      const slack = deviation * 5 * Math.sqrt(2 / data.length) + 1e-6;
      expect(Math.abs(average - mean), name).toBeLessThan(slack);
      expect(Math.abs(spread - deviation), name).toBeLessThan(slack);
    }
  });
});

describe.skipIf(python === undefined)(`transformers (${PYTHON_REASON})`, () => {
  it("loads what is saved here, with no weight missing or unexpected", async () => {
    const model = await loadLlavaModel(original);
    const folder = join(scratch, "for-python");
    await saveLlavaModel(folder, model);
    const found = runPython(
      `import sys, json, torch
from transformers import LlavaForConditionalGeneration
own, info = LlavaForConditionalGeneration.from_pretrained(sys.argv[1], output_loading_info=True)
theirs = LlavaForConditionalGeneration.from_pretrained(sys.argv[2]).state_dict()
problems = sum(len(info[k]) for k in ["missing_keys", "unexpected_keys", "mismatched_keys"])
print(json.dumps([problems, all(torch.equal(w, theirs[k]) for k, w in own.state_dict().items())]))`,
      folder,
      original,
    );
    expect(found).toEqual([0, true]);
    await expect(saveLlavaModel(folder, { ...model, weights: new Map() })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  }, 60_000);
});
