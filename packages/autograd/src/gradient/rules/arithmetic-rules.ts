import { numbersOfTensor } from "../../graph/tensor-numbers.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";
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

/** `Pow`. By its exponent the loss is 0 where 0 is raised to nothing below it, as in torch. */
export const powerRule: GradientRule = (call) => {
  const { x, y, dy } = onlyGradient(call);
  const { graph: g } = call;
  const exponent = inputName(call, 1);
  return [
    () => sumToShape(g, g.apply("Mul", [dy, powerSlope(call)]), g.shape(x)),
    () => {
      const power = g.apply("Mul", [y, g.apply("Log", [x])]);
      const isFlat = g.apply("And", [
        g.apply("Equal", [x, g.scalar(0, x)]),
        g.apply("GreaterOrEqual", [exponent, g.scalar(0, exponent)]),
      ]);
      const slope = g.apply("Where", [isFlat, g.scalar(0, x), power]);
      const sum = sumToShape(g, g.apply("Mul", [dy, slope]), g.shape(exponent));
      return g.apply("CastLike", [sum, exponent]);
    },
  ];
};

/** exponent · x^(exponent - 1); 0 for an exponent of 0, whatever x. */
function powerSlope({ graph: g, node }: Parameters<GradientRule>[0]): string {
  const [x = "", given = ""] = node.inputs;
  const { constant } = g.value(given);
  const numbers = new Set(constant === undefined ? [] : numbersOfTensor(constant));
  const [only = 0] = numbers;
  if (numbers.size === 1 && only !== 0) {
    const power = only === 2 ? x : g.apply("Pow", [x, g.scalar(only - 1, x)]);
    return g.apply("Mul", [power, g.scalar(only, x)]);
  }
  const exponent = g.apply("CastLike", [given, x]);
  const zero = g.scalar(0, x);
  const power = g.apply("Pow", [x, g.apply("Sub", [exponent, g.scalar(1, x)])]);
  const slope = g.apply("Mul", [power, exponent]);
  return g.apply("Where", [g.apply("Equal", [exponent, zero]), zero, slope]);
}

/** `Cast` between floating-point types, and `CastLike`, which takes but the type of its second input. */
export const castRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g } = call;
  const like = inputName(call, 1);
  return [() => g.apply("CastLike", [dy, x]), () => g.zeros(g.shape(like), like)];
};
