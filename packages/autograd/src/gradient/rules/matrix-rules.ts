import { countElements, float, int } from "@megapairs/onnx";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import { floatAttribute, intAttribute } from "../../graph/node-attributes.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";
import { sumToShape } from "../sum-to-shape.ts";
import { swapLastAxes } from "../swap-last-axes.ts";

/**
 * `MatMul`. Where the second factor is one matrix, all rows of the batch make one product, so that
 * no gradient of a weight is ever made once per batch element.
 */
export const matrixProductRule: GradientRule = (call) => {
  const { x, dy: given } = onlyGradient(call);
  const { graph: g } = call;
  const shapes = [g.shape(x), g.shape(inputName(call, 1))] as const;
  const [left, right] = shapes;
  const a = left.length === 1 ? g.reshape(x, [1, ...left]) : x;
  const b = right.length === 1 ? g.reshape(inputName(call, 1), [...right, 1]) : inputName(call, 1);
  const rows = g.shape(a).at(-2) ?? 1;
  const columns = g.shape(b).at(-1) ?? 1;
  const outer = left.length === 1 || right.length === 1 ? 1 : 2;
  const batch = g.shape(given).slice(0, left.length + right.length === 2 ? 0 : -outer);
  const dy = g.reshape(given, [...batch, rows, columns]);
  const isOneMatrix = g.shape(b).length === 2;
  return [
    () => {
      const da = isOneMatrix
        ? g.reshape(product(g, flat(g, dy), b, { transposeB: true }), g.shape(a))
        : sumToShape(g, g.apply("MatMul", [dy, swapLastAxes(g, b)]), g.shape(a));
      return g.reshape(da, left);
    },
    () => {
      const db = isOneMatrix
        ? product(g, flat(g, a), flat(g, dy), { transposeA: true })
        : sumToShape(g, g.apply("MatMul", [swapLastAxes(g, a), dy]), g.shape(b));
      return g.reshape(db, right);
    },
  ];
};

/** `Gemm`. */
export const generalProductRule: GradientRule = (call) => {
  const { x: a, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const b = inputName(call, 1);
  const transposeA = intAttribute(node, "transA", 0) === 1;
  const transposeB = intAttribute(node, "transB", 0) === 1;
  const scale = floatAttribute(node, "alpha", 1);
  const beta = floatAttribute(node, "beta", 1);
  return [
    () =>
      transposeA
        ? product(g, b, dy, { transposeA: transposeB, transposeB: true, scale })
        : product(g, dy, b, { transposeB: !transposeB, scale }),
    () =>
      transposeB
        ? product(g, dy, a, { transposeA: true, transposeB: transposeA, scale })
        : product(g, a, dy, { transposeA: !transposeA, scale }),
    () => {
      const sum = sumToShape(g, dy, g.shape(inputName(call, 2)));
      return beta === 1 ? sum : g.apply("Mul", [sum, g.scalar(beta, sum)]);
    },
  ];
};

/** All leading axes as one. */
function flat(g: GraphBuilder, name: string): string {
  const shape = g.shape(name);
  return g.reshape(name, [countElements(shape.slice(0, -1)), shape.at(-1) ?? 1]);
}

function product(
  g: GraphBuilder,
  a: string,
  b: string,
  {
    transposeA = false,
    transposeB = false,
    scale = 1,
  }: { transposeA?: boolean; transposeB?: boolean; scale?: number },
): string {
  return g.apply("Gemm", [a, b], {
    transA: int(transposeA ? 1 : 0),
    transB: int(transposeB ? 1 : 0),
    alpha: float(scale),
  });
}
