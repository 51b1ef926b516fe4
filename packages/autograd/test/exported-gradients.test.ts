import { readFileSync } from "node:fs";
import { differentiate, readParameters } from "@megapairs/autograd";
import {
  createOnnxModel,
  createOnnxTensor,
  decodeOnnxModel,
  encodeOnnxModel,
  int,
} from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import { expect, it } from "vitest";
import { numbersOf } from "./central-differences.ts";
import reference from "./reference/exported.json" with { type: "json" };

interface Reference {
  readonly loss: number;
  /** L2 norm, and product with sin(i + 1), of the gradient by each parameter. */
  readonly gradients: Readonly<Record<string, readonly number[]>>;
}

const references = Object.entries(reference as unknown as Readonly<Record<string, Reference>>);

/** The exported model under the sum of tanh of its output. */
function withLoss(name: string): OnnxModelDefinition {
  const model = decodeOnnxModel(readFileSync(new URL(`./fixtures/${name}.onnx`, import.meta.url)));
  const sum = { op: "ReduceSum", attributes: { keepdims: int(0) } };
  return {
    ...model,
    nodes: [
      ...model.nodes,
      { op: "Tanh", inputs: [model.outputs[0]!.name], outputs: ["bounded"] },
      { ...sum, inputs: ["bounded"], outputs: ["loss"] },
    ],
  };
}

function feed({ dataType, shape = [] }: OnnxModelDefinition["inputs"][number]): OnnxTensor {
  const dims = shape.map(Number);
  const places = Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, index) => index);
  return dataType === "float32"
    ? createOnnxTensor("float32", Float32Array.from(places, Math.sin), dims)
    : createOnnxTensor(
        "int64",
        BigInt64Array.from(places.map((at) => BigInt((at * 5) % 23))),
        dims,
      );
}

// Attention, RMSNormalization, NaN guards, depthwise Conv, GlobalAveragePool, shapes by Mod and Tile.
it.each(references)(
  "has torch's gradients by the weights of %s",
  async (name, { loss, gradients }) => {
    const model = withLoss(name);
    const parameters = Object.keys(gradients);
    const training = differentiate({ model, loss: "loss", parameters });
    const weights = readParameters(model, parameters);
    const feeds = Object.fromEntries(
      training.inputs.map((input) => [input.name, weights[input.name] ?? feed(input)]),
    );
    const session = await createOnnxModel({ model: encodeOnnxModel(training), threads: 1 });
    const results = await session.run(feeds);
    await session.dispose();
    expect(numbersOf(results["loss"]!)[0]).toBeCloseTo(loss, 4);
    for (const [parameter, [norm = 0, product = 0]] of Object.entries(gradients)) {
      const gradient = numbersOf(results[`${parameter}.gradient`]!);
      const scale = Math.max(norm, 0.01);
      const found = gradient.reduce((sum, value, index) => sum + value * Math.sin(index + 1), 0);
      expect(Math.abs(Math.hypot(...gradient) - norm) / scale, parameter).toBeLessThan(1e-4);
      expect(Math.abs(found - product) / scale, parameter).toBeLessThan(1e-4);
    }
  },
);
