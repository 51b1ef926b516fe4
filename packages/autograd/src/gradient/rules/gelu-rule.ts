import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { stringAttribute } from "../../graph/node-attributes.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { onlyGradient } from "../gradient-rule.ts";
import { bell } from "./unary-rules.ts";

/** `Gelu`, exact (x Φ(x)) and approximated by tanh. */
export const geluRule: GradientRule = (call) => {
  const { graph, node } = call;
  const { x, dy } = onlyGradient(call);
  const slope = stringAttribute(node, "approximate", "none") === "tanh" ? tanhSlope : exactSlope;
  return [() => graph.apply("Mul", [dy, slope(graph, x)])];
};

/** Φ(x) + x φ(x). */
function exactSlope(g: GraphBuilder, x: string): string {
  const erf = g.apply("Erf", [g.apply("Mul", [x, g.scalar(Math.SQRT1_2, x)])]);
  const half = g.scalar(0.5, x);
  const distribution = g.apply("Add", [g.apply("Mul", [erf, half]), half]);
  const density = bell(g, x, 1 / Math.sqrt(2 * Math.PI), 0.5);
  return g.apply("Add", [distribution, g.apply("Mul", [x, density])]);
}

/** (1 + t) / 2 + x (1 - t²) u' / 2, for t = tanh(u) and u = √(2/π) (x + 0.044715 x³). */
function tanhSlope(g: GraphBuilder, x: string): string {
  const scale = Math.sqrt(2 / Math.PI);
  const one = g.scalar(1, x);
  const half = g.scalar(0.5, x);
  const square = g.apply("Mul", [x, x]);
  const polynomial = (linear: number, cubic: number): string =>
    g.apply("Add", [g.apply("Mul", [square, g.scalar(cubic, x)]), g.scalar(linear, x)]);
  const t = g.apply("Tanh", [g.apply("Mul", [x, polynomial(scale, scale * 0.044715)])]);
  const slope = polynomial(scale, 3 * scale * 0.044715);
  const bend = g.apply("Sub", [one, g.apply("Mul", [t, t])]);
  const rise = g.apply("Mul", [g.apply("Mul", [x, bend]), slope]);
  return g.apply("Mul", [g.apply("Add", [g.apply("Add", [one, t]), rise]), half]);
}
