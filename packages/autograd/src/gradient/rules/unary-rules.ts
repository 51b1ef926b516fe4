import type { GraphBuilder } from "../../graph/graph-builder.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { onlyGradient } from "../gradient-rule.ts";

/** The loss by x, from x, y = f(x) and the loss by y. */
type Derivative = (graph: GraphBuilder, dy: string, x: string, y: string) => string;

const DERIVATIVES: Readonly<Record<string, Derivative>> = {
  Abs: (g, dy, x) => g.apply("Mul", [dy, g.apply("Sign", [x])]),
  Cos: (g, dy, x) => g.apply("Neg", [g.apply("Mul", [dy, g.apply("Sin", [x])])]),
  Erf: (g, dy, x) => g.apply("Mul", [dy, bell(g, x, 2 / Math.sqrt(Math.PI), 1)]),
  Exp: (g, dy, _, y) => g.apply("Mul", [dy, y]),
  Identity: (_, dy) => dy,
  Log: (g, dy, x) => g.apply("Div", [dy, x]),
  Neg: (g, dy) => g.apply("Neg", [dy]),
  Reciprocal: (g, dy, _, y) => g.apply("Neg", [g.apply("Mul", [dy, g.apply("Mul", [y, y])])]),
  Relu: (g, dy, x) =>
    g.apply("Where", [g.apply("Greater", [x, g.scalar(0, x)]), dy, g.scalar(0, dy)]),
  Sigmoid: (g, dy, _, y) =>
    g.apply("Mul", [dy, g.apply("Mul", [y, g.apply("Sub", [g.scalar(1, y), y])])]),
  Sin: (g, dy, x) => g.apply("Mul", [dy, g.apply("Cos", [x])]),
  Softplus: (g, dy, x) => g.apply("Mul", [dy, g.apply("Sigmoid", [x])]),
  Sqrt: (g, dy, _, y) => g.apply("Div", [g.apply("Mul", [dy, g.scalar(0.5, y)]), y]),
  Tanh: (g, dy, _, y) =>
    g.apply("Mul", [dy, g.apply("Sub", [g.scalar(1, y), g.apply("Mul", [y, y])])]),
};

/** Functions of one value. Relu has the derivative 0 at 0, and so has Abs. */
export const UNARY_RULES: ReadonlyMap<string, GradientRule> = new Map(
  Object.entries(DERIVATIVES).map(([op, derivative]) => [
    op,
    (call) => {
      const { x, y, dy } = onlyGradient(call);
      return [() => derivative(call.graph, dy, x, y)];
    },
  ]),
);

/** height · exp(-sharpness · x²). */
export function bell(g: GraphBuilder, x: string, height: number, sharpness: number): string {
  const exponent = g.apply("Mul", [g.apply("Mul", [x, x]), g.scalar(-sharpness, x)]);
  return g.apply("Mul", [g.apply("Exp", [exponent]), g.scalar(height, x)]);
}
