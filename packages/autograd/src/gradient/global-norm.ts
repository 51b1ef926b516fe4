import { int } from "@megapairs/onnx";
import type { GraphBuilder } from "../graph/graph-builder.ts";

/** Adds the L2 norm of several values together, as the value `gradient_norm` of no axes. */
export function globalNorm(graph: GraphBuilder, names: readonly string[]): string {
  const squares = names.map((name) => graph.apply("ReduceSumSquare", [name], { keepdims: int(0) }));
  const sum = graph.apply("Sum", squares);
  graph.append({ op: "Sqrt", inputs: [sum], outputs: ["gradient_norm"] });
  return "gradient_norm";
}
