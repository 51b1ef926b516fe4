import { bytesPerElement, countElements } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition } from "@megapairs/onnx";
import type { InferredValue } from "../graph/inferred-value.ts";
import { traceModel } from "../graph/trace-model.ts";
import { valuesRead } from "../graph/values-read.ts";
import { runOrder } from "./run-order.ts";

/** Options of {@link peakMemory}. */
export interface PeakMemoryOptions {
  /** Sizes for dimensions that the model names, by name: `{ batch: 32 }`. */
  readonly dimensions?: Readonly<Record<string, number>> | undefined;
}

/** Operators that give the elements of their input under another shape, without a copy. */
const VIEWS = new Set(["Flatten", "Identity", "Reshape", "Squeeze", "Unsqueeze"]);

/** Operators that write over an input of the output's size which nothing reads afterwards. */
const IN_PLACE = new Set([
  "Abs",
  "Add",
  "Div",
  "Exp",
  "Mul",
  "Neg",
  "Relu",
  "Sigmoid",
  "Sub",
  "Tanh",
]);

/**
 * The most bytes that the values a graph computes take at one time, outputs included, inputs and
 * constants not: a forecast of what ONNX Runtime holds on the CPU without memory patterns, by its
 * order of work and the sizes of values. What operators need besides, and what the allocator holds
 * back, comes on top.
 *
 * Throws `invalid-argument` where shapes do not fit or stay open, `unsupported` where that of a value
 * is not known.
 */
export function peakMemory(model: OnnxModelDefinition, options: PeakMemoryOptions = {}): number {
  const graph = traceModel(model, options);
  const nodes = runOrder(graph.nodes);
  const outputs = new Set(model.outputs.map(({ name }) => name));
  const owner = ownersOf(nodes, outputs);
  const lastReads = new Map<string, number>();
  nodes.forEach((node, time) => {
    for (const name of [...node.outputs, ...valuesRead(node)]) lastReads.set(owner(name), time);
  });
  const live = new Map<string, number>();
  let peak = 0;
  nodes.forEach((node, time) => {
    const made = node.outputs.filter((name) => name !== "" && owner(name) === name);
    for (const name of made) live.set(name, bytesOf(graph.value(name)));
    const all = [...live.values()].reduce((sum, bytes) => sum + bytes, 0);
    const ended = [...live.keys()].filter(
      (name) => lastReads.get(name) === time && !outputs.has(name),
    );
    const [result = ""] = made;
    const isReused = (name: string): boolean =>
      name !== result && live.get(name) === live.get(result);
    const canReuse = IN_PLACE.has(node.op) && !outputs.has(result) && ended.some(isReused);
    peak = Math.max(peak, canReuse ? all - (live.get(result) ?? 0) : all);
    for (const name of ended) live.delete(name);
  });
  return peak;
}

/** Tells in which value's memory a value lies: its own, or that of the value it is a view of. */
function ownersOf(
  nodes: readonly OnnxNodeDefinition[],
  outputs: ReadonlySet<string>,
): (name: string) => string {
  const owners = new Map<string, string>();
  const owner = (name: string): string => owners.get(name) ?? name;
  for (const {
    op,
    inputs,
    outputs: [view = ""],
  } of nodes) {
    if (VIEWS.has(op) && !outputs.has(view)) owners.set(view, owner(inputs[0] ?? ""));
  }
  return owner;
}

function bytesOf({ dataType, shape }: InferredValue): number {
  return countElements(shape) * bytesPerElement(dataType);
}
