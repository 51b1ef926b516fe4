import type { GradientRule } from "../gradient-rule.ts";
import { constantNumbers, inputName, onlyGradient } from "../gradient-rule.ts";
import { sumToShape } from "../sum-to-shape.ts";

/** `Add`. */
export const addRule: GradientRule = (call) => {
  const { dy } = onlyGradient(call);
  const { graph: g, node } = call;
  return node.inputs.map((input) => () => sumToShape(g, dy, g.shape(input)));
};

/** `Sub`. */
export const subtractRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  return [
    () => sumToShape(g, dy, g.shape(x)),
    () => g.apply("Neg", [sumToShape(g, dy, g.shape(inputName(call, 1)))]),
  ];
};

/** `Mul`. */
export const multiplyRule: GradientRule = (call) => {
  const { x: a, dy } = onlyGradient(call);
  const b = inputName(call, 1);
  const { graph: g } = call;
  return [
    () => sumToShape(g, g.apply("Mul", [dy, b]), g.shape(a)),
    () => sumToShape(g, g.apply("Mul", [dy, a]), g.shape(b)),
  ];
};

/** `Div`. */
export const divideRule: GradientRule = (call) => {
  const { x: a, y, dy } = onlyGradient(call);
  const b = inputName(call, 1);
  const { graph: g } = call;
  return [
    () => sumToShape(g, g.apply("Div", [dy, b]), g.shape(a)),
    () => {
      const slope = g.apply("Div", [g.apply("Mul", [dy, y]), b]);
      return g.apply("Neg", [sumToShape(g, slope, g.shape(b))]);
    },
  ];
};

/** `Pow` by one constant exponent. */
export const powerRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  return [
    () => {
      const exponents = new Set(constantNumbers(call, 1));
      const [exponent = 0] = exponents;
      if (exponents.size > 1) return variedPower(call, dy);
      const power = exponent === 2 ? x : g.apply("Pow", [x, g.scalar(exponent - 1, x)]);
      const slope = g.apply("Mul", [power, g.scalar(exponent, x)]);
      return sumToShape(g, g.apply("Mul", [dy, slope]), g.shape(x));
    },
  ];
};

/** The loss by the base where each element has an exponent of its own. */
function variedPower(call: Parameters<GradientRule>[0], dy: string): string {
  const { graph: g } = call;
  const [x, given] = [inputName(call, 0), inputName(call, 1)];
  const exponent = g.apply("CastLike", [given, x]);
  const power = g.apply("Pow", [x, g.apply("Sub", [exponent, g.scalar(1, x)])]);
  const slope = g.apply("Mul", [power, exponent]);
  return sumToShape(g, g.apply("Mul", [dy, slope]), g.shape(x));
}

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

/** `Cast` between floating-point types, and `CastLike`, which takes but the type of its second input. */
export const castRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  const like = inputName(call, 1);
  return [() => g.apply("CastLike", [dy, x]), () => g.zeros(g.shape(like), like)];
};
