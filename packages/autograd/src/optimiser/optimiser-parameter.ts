import type { OnnxModelDefinition, OnnxValueDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { gradientName } from "../gradient/gradient-name.ts";

/** A parameter that an optimiser updates. */
export interface OptimiserParameter {
  readonly name: string;
  readonly dataType: "float32" | "float64";
  readonly shape: readonly number[];
  /** Decay of this parameter; left out: the optimiser's. Biases and norms usually have 0. */
  readonly weightDecay?: number | undefined;
}

/**
 * The parameters of a training graph, in order, as optimisers take them: its inputs `w` with an
 * output `w.gradient`. Throws `unsupported` for those that are neither float32 nor float64.
 */
export function trainedParameters(training: OnnxModelDefinition): OptimiserParameter[] {
  const outputs = new Set(training.outputs.map(({ name }) => name));
  return training.inputs.filter(({ name }) => outputs.has(gradientName(name))).map(parameterOf);
}

function parameterOf({ name, dataType, shape = [] }: OnnxValueDefinition): OptimiserParameter {
  if (dataType !== "float32" && dataType !== "float64") {
    throw new MegaPairsError(
      "unsupported",
      `the parameter "${name}" is ${dataType}, expected float32 or float64`,
    );
  }
  return { name, dataType, shape: shape.map(Number) };
}
