import { MegaPairsError } from "@megapairs/spec";
import type { TowerGraph } from "./tower-graph.ts";

type Activation = (g: TowerGraph, x: string) => string;

const ACTIVATIONS: Readonly<Record<string, Activation>> = {
  quick_gelu: (g, x) =>
    g.apply("Mul", [x, g.apply("Sigmoid", [g.apply("Mul", [x, g.scalar(1.702)])])]),
  gelu: (g, x) => {
    const erf = g.apply("Erf", [g.apply("Mul", [x, g.scalar(Math.SQRT1_2)])]);
    const share = g.apply("Mul", [g.apply("Add", [erf, g.scalar(1)]), g.scalar(0.5)]);
    return g.apply("Mul", [x, share]);
  },
  gelu_pytorch_tanh: (g, x) => {
    const cube = g.apply("Mul", [g.apply("Mul", [x, x]), x]);
    const bent = g.apply("Add", [x, g.apply("Mul", [cube, g.scalar(0.044715)])]);
    const tanh = g.apply("Tanh", [g.apply("Mul", [bent, g.scalar(Math.sqrt(2 / Math.PI))])]);
    const share = g.apply("Mul", [g.apply("Add", [tanh, g.scalar(1)]), g.scalar(0.5)]);
    return g.apply("Mul", [x, share]);
  },
  silu: (g, x) => g.apply("Mul", [x, g.apply("Sigmoid", [x])]),
};

/** Adds an activation by the name that Hugging Face configs give it. `unsupported` for others. */
export function activate(g: TowerGraph, name: string, x: string): string {
  const activation = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (activation === undefined) {
    throw new MegaPairsError(
      "unsupported",
      `the activation "${name}" is not known, expected one of ${Object.keys(ACTIVATIONS).join(", ")}`,
    );
  }
  return activation(g, x);
}
