import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  createClipModel,
  loadClipModel,
  readSafetensors,
  saveClipModel,
  writeSafetensors,
} from "@megapairs/towers";
import type { Weight } from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import { PYTHON_REASON, python, runPython } from "./python.ts";
import { scratchFolder } from "./scratch-folder.ts";

const original = join(import.meta.dirname, "reference/clip");
const scratch = scratchFolder();
let copies = 0;

/** A copy of the reference model with other weights. */
async function altered(change: (weights: Map<string, Weight>) => void): Promise<string> {
  const folder = join(scratch, `altered-${(copies += 1)}`);
  mkdirSync(folder);
  copyFileSync(join(original, "config.json"), join(folder, "config.json"));
  const weights = new Map((await readSafetensors(join(original, "model.safetensors"))).weights);
  change(weights);
  await writeSafetensors(join(folder, "model.safetensors"), weights);
  return folder;
}

describe("loadClipModel", () => {
  it("loads what transformers saved", async () => {
    const { config, weights, towers } = await loadClipModel(original, { shared: true });
    expect(config).toMatchObject({ projection_dim: 12, transformers_version: "5.24.0" });
    expect(weights.get("logit_scale")).toEqual({ dims: [], data: Float32Array.of(2.6592) });
    for (const { weightNames } of towers) {
      expect(weightNames.filter((name) => !weights.has(name))).toEqual([]);
    }
  });

  it("finds the model inside a larger one, and skips position ids", async () => {
    const folder = await altered((weights) => {
      const inner = [...weights];
      weights.clear();
      for (const [name, weight] of inner) weights.set(`clip.${name}`, weight);
      const ids = { dims: [1, 12], data: new Float32Array(12) };
      weights.set("clip.text_model.embeddings.position_ids", ids);
      weights.set("classifier.weight", { dims: [2], data: new Float32Array(2) });
    });
    expect((await loadClipModel(folder)).weights).toEqual((await loadClipModel(original)).weights);
  });

  it("names what is missing, unexpected and misshapen", async () => {
    const folder = await altered((weights) => {
      weights.delete("logit_scale");
      weights.set("vision_model.extra", { dims: [1], data: new Float32Array(1) });
      weights.set("text_projection.weight", { dims: [16, 12], data: new Float32Array(192) });
    });
    await expect(loadClipModel(folder)).rejects.toMatchObject({
      code: "corrupt-data",
      message:
        `${folder}/model.safetensors holds no CLIPModel of its config: missing: logit_scale; ` +
        "unexpected: vision_model.extra; text_projection.weight is [16, 12], expected [12, 16]",
    });
  });

  it("lists at most five names of each kind", async () => {
    const folder = await altered((weights) => weights.clear());
    await expect(loadClipModel(folder)).rejects.toThrow(
      /missing: logit_scale, (?:[\w.]+, ){3}[\w.]+ and \d+ more$/,
    );
  });

  it("says what a folder lacks", async () => {
    const folder = join(scratch, "empty");
    mkdirSync(folder);
    await expect(loadClipModel(folder)).rejects.toThrow(
      `cannot read the file ${folder}/config.json`,
    );
    copyFileSync(join(original, "config.json"), join(folder, "config.json"));
    await expect(loadClipModel(folder)).rejects.toMatchObject({
      code: "invalid-argument",
      message: `${folder} holds config.json, expected model.safetensors or model.safetensors.index.json`,
    });
    await expect(loadClipModel(join(folder, "none"))).rejects.toThrow("config.json");
    writeFileSync(join(folder, "config.json"), "{");
    await expect(loadClipModel(folder)).rejects.toMatchObject({ code: "corrupt-data" });
  });
});

describe("saveClipModel", () => {
  it("writes the weights byte for byte as transformers does", async () => {
    const folder = join(scratch, "deep", "saved");
    await saveClipModel(folder, await loadClipModel(original));
    const [own, theirs] = [folder, original].map((each) =>
      readFileSync(join(each, "model.safetensors")),
    );
    expect(own?.equals(theirs!)).toBe(true);
    expect(JSON.parse(readFileSync(join(folder, "config.json"), "utf8"))).toMatchObject({
      architectures: ["CLIPModel"],
      torch_dtype: "float32",
      model_type: "clip",
    });
    const reloaded = await loadClipModel(folder);
    expect(reloaded.weights).toEqual((await loadClipModel(original)).weights);
  });

  it("refuses weights of another config", async () => {
    const model = await loadClipModel(original);
    const folder = join(scratch, "refused");
    const weights = new Map(model.weights);
    weights.delete("logit_scale");
    await expect(saveClipModel(folder, { ...model, weights })).rejects.toMatchObject({
      code: "invalid-argument",
      message: "these are not the weights of a CLIPModel of this config: missing: logit_scale",
    });
  });
});

describe.skipIf(python === undefined)(`transformers (${PYTHON_REASON})`, () => {
  it("loads what is saved here, with no weight missing or unexpected", async () => {
    const { config } = await loadClipModel(original);
    const model = createClipModel(config, { seed: 5 });
    const folders = await Promise.all(
      (["F32", "BF16"] as const).map(async (dataType) => {
        const folder = join(scratch, `for-python-${dataType}`);
        await saveClipModel(folder, model, { dataType });
        return folder;
      }),
    );
    const found = runPython(
      `import sys, json
from transformers import CLIPModel
found = []
for folder in sys.argv[1:]:
    model, info = CLIPModel.from_pretrained(folder, output_loading_info=True)
    problems = sum(len(info[k]) for k in ["missing_keys", "unexpected_keys", "mismatched_keys"])
    w = model.text_model.embeddings.token_embedding.weight
    found.append([problems, str(w.dtype), w.double().sum().item()])
print(json.dumps(found))`,
      ...folders,
    ) as [number, string, number][];
    const data = model.weights.get("text_model.embeddings.token_embedding.weight")!.data;
    const sum = data.reduce((total, value) => total + value, 0);
    expect(found.map(([problems, type]) => [problems, type])).toEqual([
      [0, "torch.float32"],
      [0, "torch.bfloat16"],
    ]);
    expect(found[0]![2]).toBeCloseTo(sum, 6);
    expect(found[1]![2]).toBeCloseTo(sum, 2);
  }, 60_000);
});
