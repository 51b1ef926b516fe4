import { join } from "node:path";
import {
  addLora,
  llavaModuleName,
  loadClipModel,
  loadLlavaModel,
  loadLora,
  saveClipModel,
  saveLora,
} from "@megapairs/towers";
import { describe, expect, it } from "vitest";
import { featuresOf, here, stir } from "./lora-models.ts";
import { python, runPython } from "./python.ts";
import { relativeError } from "./run-tower.ts";
import { scratchFolder } from "./scratch-folder.ts";

const scratch = scratchFolder();
const hasPeft =
  python !== undefined &&
  runPython(
    "import importlib.util as u, json; print(json.dumps(u.find_spec('peft') is not None))",
  ) === true;
const REASON = "set MEGAPAIRS_PYTHON to a Python with torch, transformers and peft to run it";
if (!hasPeft) process.stderr.write(`LoRA in peft: skipped, ${REASON}\n`);

describe.skipIf(!hasPeft)(`peft (${REASON})`, () => {
  it("loads adapters of CLIP and computes the same", async () => {
    const model = await loadClipModel(join(here, "reference/clip"));
    const adapted = addLora(model, {
      rank: 3,
      alpha: 7,
      match: ["fc1", "q_proj", "visual_projection"],
    });
    stir(adapted);
    const [base, folder] = [join(scratch, "base"), join(scratch, "for-peft")];
    await saveClipModel(base, model);
    await saveLora(folder, adapted);
    const theirs = runPython(
      `import sys, json, torch
from transformers import CLIPModel
from peft import PeftModel
reference = json.load(open(sys.argv[3]))
model = PeftModel.from_pretrained(CLIPModel.from_pretrained(sys.argv[1]), sys.argv[2]).eval()
with torch.no_grad():
    pixels = torch.tensor(reference["pixels"]).reshape(3, 3, 16, 16)
    image = model.get_image_features(pixels).pooler_output
    text = model.get_text_features(torch.tensor(reference["ids"])).pooler_output
print(json.dumps([image.flatten().tolist(), text.flatten().tolist()]))`,
      base,
      folder,
      join(here, "reference/clip-features.json"),
    ) as number[][];
    const own = await featuresOf(adapted);
    for (const [index, features] of own.entries()) {
      expect(relativeError(features, theirs[index]!)).toBeLessThan(1e-5);
    }
  }, 120_000);

  it("loads adapters of LLaVA, and ours load those of peft", async () => {
    const original = join(here, "reference/llava");
    const model = await loadLlavaModel(original);
    const adapted = addLora(model, { rank: 2, alpha: 4, match: "all-linear" });
    stir(adapted);
    const [folder, saved] = [join(scratch, "llava"), join(scratch, "by-peft")];
    await saveLora(folder, adapted, { moduleName: llavaModuleName });
    const theirs = runPython(
      `import sys, json, torch
from transformers import LlavaForConditionalGeneration
from peft import PeftModel
case = json.load(open(sys.argv[4]))
model = PeftModel.from_pretrained(LlavaForConditionalGeneration.from_pretrained(sys.argv[1]), sys.argv[2]).eval()
model.save_pretrained(sys.argv[3])
with torch.no_grad():
    states = model.base_model.model.model(
        input_ids=torch.tensor(case["cases"][0]["input_ids"]), attention_mask=torch.tensor(case["cases"][0]["attention_mask"]),
        pixel_values=torch.tensor(case["pixels"]).reshape(3, 3, 16, 16)).last_hidden_state[:, -1]
print(json.dumps(states.flatten().tolist()))`,
      original,
      folder,
      saved,
      join(here, "reference/llava-features.json"),
    ) as number[];
    const [own] = await featuresOf(adapted);
    expect(relativeError(own!, theirs)).toBeLessThan(1e-5);
    const again = await loadLora(model, saved, { moduleName: llavaModuleName });
    expect(again.weights).toEqual(adapted.weights);
  }, 120_000);
});
