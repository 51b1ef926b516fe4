import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { valuesRead } from "../graph/values-read.ts";

/**
 * Nodes in the order in which ONNX Runtime runs them: it walks back from those that no other reads,
 * the last first, and of what a node reads makes the latest first.
 *
 * Source: core/graph/graph_viewer.cc and Graph::ReverseDFSFrom of ONNX Runtime 1.30, whose default
 * `ExecutionOrder` it is. Optimisations of the graph change it where they put in nodes of their own.
 */
export function runOrder(nodes: readonly OnnxNodeDefinition[]): OnnxNodeDefinition[] {
  const makers = new Map(
    nodes.flatMap(({ outputs }, place) => outputs.map((name) => [name, place])),
  );
  makers.delete("");
  const needs = nodes.map((node) => {
    const places = valuesRead(node).flatMap((name) => makers.get(name) ?? []);
    return [...new Set(places)].toSorted((a, b) => a - b);
  });
  const isRead = new Set(needs.flat());
  const stack = [...nodes.keys()].filter((place) => !isRead.has(place));
  const seen = new Set<number>();
  const order = new Set<number>();
  for (let place = stack.at(-1); place !== undefined; place = stack.at(-1)) {
    if (seen.has(place)) {
      stack.pop();
      order.add(place);
      continue;
    }
    seen.add(place);
    stack.push(...(needs[place] ?? []).filter((before) => !seen.has(before)));
  }
  return [...order].flatMap((place) => nodes[place] ?? []);
}
