import type { OnnxDataType, OnnxModelDefinition, OnnxValueDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { globalNorm } from "../gradient/global-norm.ts";
import { gradientName } from "../gradient/gradient-name.ts";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { createGraphBuilder } from "../graph/graph-builder.ts";
import type { OptimiserParameter } from "./optimiser-parameter.ts";

/** A graph of one optimiser step in the making. */
export interface OptimiserInMaking {
  readonly graph: GraphBuilder;
  /** The gradient of a parameter, clipped where asked for, and the learning rate in its data type. */
  inputsOf(parameter: OptimiserParameter): {
    readonly gradient: string;
    readonly learningRate: string;
  };
  /** Adds a state input and gives its name. */
  state(name: string, dataType: OnnxDataType, shape: readonly number[]): string;
  /** Says what an input is after the step. */
  become(name: string, next: string): void;
  /** The parameter after weight decay. */
  decay(parameter: OptimiserParameter, weightDecay: number): string;
  /** Moves the average of a parameter, where one is kept, towards what it becomes. */
  average(parameter: OptimiserParameter, next: string): void;
  finish(): OnnxModelDefinition;
}

/** What all optimisers can do; see `AdamWSettings`. */
export interface OptimiserSettings {
  readonly parameters: readonly OptimiserParameter[];
  readonly clipNorm?: number | undefined;
  readonly gradientScale?: boolean | undefined;
  readonly average?: number | undefined;
}

/** Starts a step over parameters, gradients and a learning rate. `invalid-argument` for none. */
export function startOptimiser(name: string, settings: OptimiserSettings): OptimiserInMaking {
  const { parameters, clipNorm, gradientScale = false, average } = settings;
  if (clipNorm !== undefined && !(clipNorm > 0)) {
    throw new MegaPairsError("invalid-argument", `clipNorm must be above 0, found ${clipNorm}`);
  }
  if (clipNorm !== undefined && gradientScale) {
    throw new MegaPairsError(
      "invalid-argument",
      "clipNorm and gradientScale exclude each other: expected the factor from one of them",
    );
  }
  if (average !== undefined && !(average >= 0 && average < 1)) {
    throw new MegaPairsError("invalid-argument", `average must be in [0, 1), found ${average}`);
  }
  if (parameters.length === 0) {
    throw new MegaPairsError("invalid-argument", `${name} got no parameter, expected at least one`);
  }
  const graph = createGraphBuilder("step");
  const inputs: string[] = [];
  const outputs: string[] = [];
  const state: OptimiserInMaking["state"] = (input, dataType, shape) => {
    graph.declare(input, { dataType, shape });
    inputs.push(input);
    return input;
  };
  const learningRate = state("learning_rate", "float32", []);
  const gradients = parameters.map((parameter) => {
    state(parameter.name, parameter.dataType, parameter.shape);
    return state(gradientName(parameter.name), parameter.dataType, parameter.shape);
  });
  const clipped = clipNorm === undefined ? undefined : clipScale(graph, gradients, clipNorm);
  if (clipped !== undefined) outputs.push("gradient_norm");
  const scale = gradientScale ? state("gradient_scale", "float32", []) : clipped;
  const like = (value: string, other: string): string =>
    graph.value(value).dataType === graph.value(other).dataType
      ? value
      : graph.apply("CastLike", [value, other]);
  const describe = (each: string): OnnxValueDefinition => {
    const { dataType, shape } = graph.value(each);
    return { name: each, dataType, shape };
  };

  const become = (input: string, next: string): void => {
    const output = `${input}.next`;
    graph.append({ op: "Identity", inputs: [next], outputs: [output] });
    outputs.push(output);
  };

  return {
    graph,
    state,
    become,
    inputsOf(parameter) {
      const gradient = gradientName(parameter.name);
      return {
        learningRate: like(learningRate, gradient),
        gradient:
          scale === undefined ? gradient : graph.apply("Mul", [gradient, like(scale, gradient)]),
      };
    },
    decay(parameter, weightDecay) {
      const share = parameter.weightDecay ?? weightDecay;
      if (share === 0) return parameter.name;
      const rate = like(learningRate, parameter.name);
      const lost = graph.apply("Mul", [rate, graph.scalar(share, rate)]);
      const kept = graph.apply("Sub", [graph.scalar(1, rate), lost]);
      return graph.apply("Mul", [parameter.name, kept]);
    },
    average({ name: parameter, dataType, shape }, next) {
      if (average === undefined) return;
      const before = state(`${parameter}.average`, dataType, shape);
      const kept = graph.apply("Mul", [before, graph.scalar(average, before)]);
      const added = graph.apply("Mul", [next, graph.scalar(1 - average, before)]);
      become(before, graph.apply("Add", [kept, added]));
    },
    finish: () => ({
      name,
      opset: 18,
      inputs: inputs.map(describe),
      outputs: outputs.map(describe),
      nodes: graph.nodes,
      initializers: [...graph.initializers.values()],
    }),
  };
}

/** min(1, limit / (norm + 1e-6)), which torch's clip_grad_norm_ multiplies gradients with. */
function clipScale(graph: GraphBuilder, gradients: readonly string[], limit: number): string {
  const norm = globalNorm(graph, gradients);
  const padded = graph.apply("Add", [norm, graph.scalar(1e-6, norm)]);
  const ratio = graph.apply("Div", [graph.scalar(limit, norm), padded]);
  return graph.apply("Min", [ratio, graph.scalar(1, norm)]);
}
