import type { TowerGraph } from "./tower-graph.ts";

/** Root mean square normalisation over the last axis of `width`, as Mistral's and Llama's. */
export function rmsNorm(
  g: TowerGraph,
  x: string,
  name: string,
  width: number,
  epsilon: number,
): string {
  const square = g.apply("ReduceMean", [g.apply("Mul", [x, x]), g.ints([-1])]);
  const root = g.apply("Sqrt", [g.apply("Add", [square, g.scalar(epsilon)])]);
  return g.apply("Mul", [g.apply("Div", [x, root]), g.weight(`${name}.weight`, [width])]);
}
