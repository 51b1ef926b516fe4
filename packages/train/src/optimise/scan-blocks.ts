import { graph, int } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxNodeDefinition, OnnxValueDefinition } from "@megapairs/onnx";

/**
 * A graph that works on vectors element by element, as one that works on `[blocks, elements]`, block
 * by block: a `Scan`. What operators hand to each other then stays in a core's cache, and a run over
 * an array of any length is one call. Inputs and outputs without axes stay as they are, and what
 * depends on them alone is computed once.
 */
export function scanBlocks(definition: OnnxModelDefinition): OnnxModelDefinition {
  const scanned = definition.inputs.filter(isVector);
  const results = definition.outputs.filter(isVector);
  const { inner, outer } = split(definition.nodes, new Set(scanned.map(({ name }) => name)));
  const given = new Map(scanned.map(({ name }) => [name, `${name} of a block`]));
  const made = new Map(results.map(({ name }) => [name, `${name} of a block`]));
  const rename = (name: string): string => given.get(name) ?? made.get(name) ?? name;
  const body = {
    name: "a block",
    inputs: scanned.map((value) => ({ ...open(value, ["elements"]), name: rename(value.name) })),
    outputs: results.map((value) => ({ ...open(value, ["elements"]), name: rename(value.name) })),
    nodes: inner.map((node) => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
    initializers: [],
  };
  const scan: OnnxNodeDefinition = {
    op: "Scan",
    inputs: scanned.map(({ name }) => name),
    outputs: results.map(({ name }) => name),
    attributes: { body: graph(body), num_scan_inputs: int(scanned.length) },
  };
  return {
    ...definition,
    inputs: definition.inputs.map((value) => open(value, ["blocks", "elements"])),
    outputs: definition.outputs.map((value) => open(value, ["blocks", "elements"])),
    nodes: [...outer, scan],
  };
}

function isVector({ shape }: OnnxValueDefinition): boolean {
  return shape?.length === 1;
}

/** A vector as a value of that shape; others as they are. */
function open(value: OnnxValueDefinition, shape: readonly string[]): OnnxValueDefinition {
  return isVector(value) ? { ...value, shape } : value;
}

/** Nodes that depend on a vector, and those that do not. */
function split(
  nodes: readonly OnnxNodeDefinition[],
  vectors: Set<string>,
): { inner: OnnxNodeDefinition[]; outer: OnnxNodeDefinition[] } {
  const inner: OnnxNodeDefinition[] = [];
  const outer: OnnxNodeDefinition[] = [];
  for (const node of nodes) {
    const isInner = node.inputs.some((name) => vectors.has(name));
    (isInner ? inner : outer).push(node);
    if (isInner) for (const name of node.outputs) vectors.add(name);
  }
  return { inner, outer };
}
