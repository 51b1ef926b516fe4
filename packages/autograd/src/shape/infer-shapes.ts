import type { OnnxModelDefinition } from "@megapairs/onnx";
import type { InferredValue } from "../graph/inferred-value.ts";
import { traceModel } from "../graph/trace-model.ts";

/** Options of {@link inferShapes}. */
export interface InferShapesOptions {
  /** Sizes for dimensions that the model names, by name: `{ batch: 32 }`. */
  readonly dimensions?: Readonly<Record<string, number>> | undefined;
}

/**
 * Data type and static shape of every value of a model, by name, and the value itself where it
 * follows from constants and shapes (at most 4096 elements). Values behind an operator without a
 * shape rule, or whose shape depends on data, are left out.
 *
 * Throws `invalid-argument` where an input has no static shape or a node's inputs do not go
 * together, `unsupported` for operator sets before 13.
 */
export function inferShapes(
  model: OnnxModelDefinition,
  options: InferShapesOptions = {},
): ReadonlyMap<string, InferredValue> {
  return traceModel(model, options).values;
}
