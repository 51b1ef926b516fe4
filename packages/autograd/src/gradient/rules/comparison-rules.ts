import type { GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";
import { sumToShape } from "../sum-to-shape.ts";

/** `Where`: each side has the gradient where it was chosen. */
export const whereRule: GradientRule = (call) => {
  const { x: condition, dy } = onlyGradient(call);
  const { graph: g } = call;
  const zero = g.scalar(0, dy);
  return [
    undefined,
    () => sumToShape(g, g.apply("Where", [condition, dy, zero]), g.shape(inputName(call, 1))),
    () => sumToShape(g, g.apply("Where", [condition, zero, dy]), g.shape(inputName(call, 2))),
  ];
};

/** `Clip`: 1 inside and at the bounds, 0 outside. Bounds have no gradient. */
export const clipRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  const within = (gradient: string, comparison: string, bound: string): string =>
    bound === ""
      ? gradient
      : g.apply("Where", [g.apply(comparison, [x, bound]), gradient, g.scalar(0, dy)]);
  return [
    () => {
      const above = within(dy, "GreaterOrEqual", inputName(call, 1));
      return within(above, "LessOrEqual", inputName(call, 2));
    },
  ];
};

/** `Max` and `Min` of several values: those that tie for the extreme share the gradient equally. */
export const extremeOfRule: GradientRule = (call) => {
  const { y, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const isExtreme = (input: string): string =>
    g.apply("CastLike", [g.apply("Equal", [input, y]), y]);
  return node.inputs.map((input) => () => {
    const ties = g.apply("Sum", node.inputs.map(isExtreme));
    const share = g.apply("Div", [g.apply("Mul", [dy, isExtreme(input)]), ties]);
    return sumToShape(g, share, g.shape(input));
  });
};
