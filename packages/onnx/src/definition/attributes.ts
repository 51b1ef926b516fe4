import type { OnnxAttributeDefinition, OnnxGraphDefinition } from "./onnx-model-definition.ts";
import type { OnnxTensor } from "./onnx-tensor.ts";

/** A 64-bit integer attribute: `axis: int(-1)`. */
export function int(value: number | bigint): OnnxAttributeDefinition {
  return { type: "int", value };
}

/** A float32 attribute: `epsilon: float(1e-5)`. */
export function float(value: number): OnnxAttributeDefinition {
  return { type: "float", value };
}

/** A text attribute: `mode: string("linear")`. */
export function string(value: string): OnnxAttributeDefinition {
  return { type: "string", value };
}

/** A list of 64-bit integers: `perm: ints([0, 2, 1])`. */
export function ints(value: readonly (number | bigint)[]): OnnxAttributeDefinition {
  return { type: "ints", value };
}

/** A list of float32 numbers. */
export function floats(value: readonly number[]): OnnxAttributeDefinition {
  return { type: "floats", value };
}

/** A list of texts. */
export function strings(value: readonly string[]): OnnxAttributeDefinition {
  return { type: "strings", value };
}

/** A tensor, as `Constant` takes it. */
export function tensor(value: OnnxTensor): OnnxAttributeDefinition {
  return { type: "tensor", value };
}

/** A graph inside a graph, as `If` and `Loop` take it. */
export function graph(value: OnnxGraphDefinition): OnnxAttributeDefinition {
  return { type: "graph", value };
}
