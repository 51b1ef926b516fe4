import { floatAttribute } from "../../graph/node-attributes.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { onlyGradient } from "../gradient-rule.ts";

/** `Swish`, x σ(αx), also called SiLU: σ + αx σ (1 - σ). */
export const swishRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const alpha = floatAttribute(node, "alpha", 1);
  return [
    () => {
      const scaled = alpha === 1 ? x : g.apply("Mul", [x, g.scalar(alpha, x)]);
      const gate = g.apply("Sigmoid", [scaled]);
      const closed = g.apply("Sub", [g.scalar(1, x), gate]);
      const rise = g.apply("Mul", [g.apply("Mul", [scaled, gate]), closed]);
      return g.apply("Mul", [dy, g.apply("Add", [gate, rise])]);
    },
  ];
};

/** `HardSwish`, x min(1, max(0, x/6 + 1/2)): x/3 + 1/2 between -3 and 3, 0 at -3 and 1 at 3. */
export const hardSwishRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  return [
    () => {
      const third = g.apply("Mul", [x, g.scalar(1 / 3, x)]);
      const rise = g.apply("Add", [third, g.scalar(0.5, x)]);
      const isOpen = g.apply("GreaterOrEqual", [x, g.scalar(3, x)]);
      const isClosed = g.apply("LessOrEqual", [x, g.scalar(-3, x)]);
      const below = g.apply("Where", [isClosed, g.scalar(0, x), rise]);
      return g.apply("Mul", [dy, g.apply("Where", [isOpen, g.scalar(1, x), below])]);
    },
  ];
};
