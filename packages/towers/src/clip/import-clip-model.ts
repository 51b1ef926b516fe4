import { countElements, readOnnxModel } from "@megapairs/onnx";
import type { OnnxModelDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { faultOfWeights } from "../checkpoint/check-weights.ts";
import { importTower } from "../onnx/import-tower.ts";
import type { Weight } from "../tower-model.ts";
import type { ClipConfig } from "./clip-config.ts";
import { clipWeightShapes } from "./clip-weight-shapes.ts";
import { clipWeightSources } from "./clip-weight-sources.ts";
import { clipModelOf } from "./create-clip-model.ts";
import type { ClipModel } from "./create-clip-model.ts";

/** Settings of {@link importClipModel}. */
export interface ImportClipModelSettings {
  readonly config: ClipConfig;
  /** Path of the exported image tower, or what it holds; a file with both towers will do for both. */
  readonly vision: string | OnnxModelDefinition;
  /** Path of the exported text tower, or what it holds. */
  readonly text: string | OnnxModelDefinition;
  /** Exported towers leave out `logit_scale`. Default: what the config begins with. */
  readonly logitScale?: number | undefined;
}

/**
 * A CLIP model whose weights are read from exported ONNX graphs, float32, as torch and optimum write
 * them: under their names in `CLIPModel` checkpoints, and in the layout of those.
 *
 * Rejects with `invalid-argument` where weights of the config cannot be found in the graphs, naming
 * them, and as `importTower` does.
 */
export async function importClipModel(settings: ImportClipModelSettings): Promise<ClipModel> {
  const { config, logitScale = config.logit_scale_init_value } = settings;
  const expected = clipWeightShapes(config);
  const scale: Weight = { dims: [], data: Float32Array.of(logitScale) };
  const found = new Map([["logit_scale", scale]]);
  const parts = [
    [settings.vision, "image_embeds"],
    [settings.text, "text_embeds"],
  ] as const;
  for (const [source, output] of parts) {
    const whole = typeof source === "string" ? await readOnnxModel(source) : source;
    const hasOutput = whole.outputs.some(({ name }) => name === output);
    const imported = await importTower({ model: whole, output: hasOutput ? output : undefined });
    const { model } = imported.towers[0] ?? { model: whole };
    for (const [name, { initializer, isFlipped }] of clipWeightSources(
      model,
      imported.weights,
      expected,
    )) {
      const weight = imported.weights.get(initializer);
      if (weight !== undefined) found.set(name, isFlipped ? flip(weight) : shaped(weight));
    }
  }
  const fault = faultOfWeights(found, expected);
  if (fault !== undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `the exported graphs are not of this config, or of an unknown form: ${fault}`,
    );
  }
  const inOrder = [...expected.keys()].map((name) => [name, found.get(name) ?? scale] as const);
  return clipModelOf(config, new Map(inOrder));
}

/** Without a first axis of 1 in front of two others: folded positions. */
function shaped({ dims, data }: Weight): Weight {
  return { dims: dims.length === 3 && dims[0] === 1 ? dims.slice(1) : dims, data };
}

/** The transposed matrix. */
function flip({ dims, data }: Weight): Weight {
  const [rows = 0, columns = 0] = dims;
  const flipped = new Float32Array(countElements(dims));
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      flipped[column * rows + row] = data[row * columns + column] ?? 0;
    }
  }
  return { dims: [columns, rows], data: flipped };
}
