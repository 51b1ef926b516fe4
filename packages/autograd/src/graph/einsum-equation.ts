import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { describeNode, stringAttribute } from "./node-attributes.ts";

/** Labels of axes, a letter each: of each operand, and of the result. */
export interface EinsumEquation {
  readonly terms: readonly string[];
  readonly result: string;
}

/**
 * The equation of an `Einsum` node; a result that is not stated has the labels that come once, in
 * alphabetical order. Throws `unsupported` for an ellipsis and for diagonals (a label twice in one
 * term), `invalid-argument` where it does not go with the node's inputs.
 */
export function einsumEquation(node: OnnxNodeDefinition): EinsumEquation {
  const equation = stringAttribute(node, "equation", "").replaceAll(" ", "");
  const [left = "", stated] = equation.split("->");
  const terms = left.split(",");
  const labels = left.replaceAll(",", "").split("");
  const single = labels.filter((label) => labels.indexOf(label) === labels.lastIndexOf(label));
  const result = stated ?? single.toSorted().join("");
  if ([...terms, result].some((term) => term.includes(".") || new Set(term).size < term.length)) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} has the equation "${equation}", expected one without "..." and diagonals`,
    );
  }
  if (
    terms.length !== node.inputs.length ||
    result.split("").some((label) => !left.includes(label))
  ) {
    throw new MegaPairsError(
      "invalid-argument",
      `${describeNode(node)} has the equation "${equation}" for ${node.inputs.length} inputs`,
    );
  }
  return { terms, result };
}
