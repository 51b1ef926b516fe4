import { string } from "@megapairs/onnx";
import { einsumEquation } from "../../graph/einsum-equation.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { onlyGradient } from "../gradient-rule.ts";

/** `Einsum`: the operand and the result change places in the equation. */
export const einsumRule: GradientRule = (call) => {
  const { dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const { terms, result } = einsumEquation(node);
  return terms.map((term, index) => () => {
    const others = terms.toSpliced(index, 1);
    const given = [result, ...others].join(",");
    const known = term
      .split("")
      .filter((label) => given.includes(label))
      .join("");
    const equation = `${given}->${known}`;
    const inputs = [dy, ...node.inputs.toSpliced(index, 1)];
    const product = g.apply("Einsum", inputs, { equation: string(equation) });
    const shape = g.shape(node.inputs[index] ?? "");
    if (known === term) return product;
    const kept = shape.map((size, axis) => (known.includes(term[axis] ?? "") ? size : 1));
    return g.apply("Expand", [g.reshape(product, kept), g.ints(shape)]);
  });
};
