import { dataTypeCode, int } from "@megapairs/onnx";
import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { GraphBuilder } from "../graph/graph-builder.ts";
import { liveNodes } from "../graph/live-nodes.ts";

/** What the backward pass computes again instead of keeping it. */
export interface Recomputation {
  /**
   * The node as the backward pass reads it: one of a block by the names of its second computation,
   * which is put into the graph when the first node of the block is asked for and waits for
   * `gradient`, a loss by some value. Other nodes as they are.
   */
  nodeAgain(node: OnnxNodeDefinition, gradient: string): OnnxNodeDefinition;
}

/** Operators that give something else each time. */
const RANDOM = new Set([
  "Bernoulli",
  "Multinomial",
  "RandomNormal",
  "RandomNormalLike",
  "RandomUniform",
  "RandomUniformLike",
]);

/**
 * Plans what is computed again. `ends` are names of values; the block of each is what leads to it
 * from the ends before, the inputs and the parameters. `invalid-argument` for an end that no node
 * makes.
 */
export function planRecomputation(
  graph: GraphBuilder,
  forward: readonly OnnxNodeDefinition[],
  ends: readonly string[],
  parameters: readonly string[],
): Recomputation {
  const blocks = blocksOf(forward, ends);
  const kept = new Set(ends);
  const untied = new Set(parameters);
  const done = new Map<readonly OnnxNodeDefinition[], ReadonlyMap<string, string>>();

  function computeAgain(
    block: readonly OnnxNodeDefinition[],
    gradient: string,
  ): ReadonlyMap<string, string> {
    const zero = zeroAfter(graph, gradient);
    const names = new Map<string, string>();
    const made = new Set(block.flatMap(({ outputs }) => outputs));
    for (const node of block) {
      if (!isRepeatable(node) || node.outputs.every((name) => kept.has(name))) continue;
      for (const name of node.inputs) {
        const isConstant = name === "" || graph.initializers.has(name) || untied.has(name);
        if (isConstant || made.has(name) || names.has(name)) continue;
        names.set(name, copyAfter(graph, name, zero));
      }
      if (!node.inputs.some((name) => names.has(name))) continue;
      const again = renamed(node, names, (name) => `${zero}/${name}`);
      graph.append({ ...again, name: again.outputs[0] });
      node.outputs.forEach((name, index) => {
        if (!kept.has(name)) names.set(name, again.outputs[index] ?? "");
      });
    }
    return names;
  }

  return {
    nodeAgain(node, gradient) {
      const block = blocks.get(node);
      if (block === undefined) return node;
      const names = done.get(block) ?? computeAgain(block, gradient);
      done.set(block, names);
      return renamed(node, names, (name) => names.get(name) ?? name);
    },
  };
}

/** The block that a node belongs to, its nodes in order. */
function blocksOf(
  forward: readonly OnnxNodeDefinition[],
  ends: readonly string[],
): ReadonlyMap<OnnxNodeDefinition, readonly OnnxNodeDefinition[]> {
  const blocks = new Map<OnnxNodeDefinition, readonly OnnxNodeDefinition[]>();
  const made = forward.flatMap(({ outputs }) => outputs);
  const unknown = ends.find((end) => !made.includes(end));
  if (unknown !== undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `recompute names "${unknown}", expected values that a node of the graph computes`,
    );
  }
  for (const end of made.filter((name) => ends.includes(name))) {
    const block = liveNodes(forward, [end]).nodes.filter((node) => !blocks.has(node));
    for (const node of block) blocks.set(node, block);
  }
  return blocks;
}

function isRepeatable({ op, attributes = {} }: OnnxNodeDefinition): boolean {
  return !RANDOM.has(op) && Object.values(attributes).every(({ type }) => type !== "graph");
}

function renamed(
  node: OnnxNodeDefinition,
  names: ReadonlyMap<string, string>,
  nameOutput: (name: string) => string,
): OnnxNodeDefinition {
  return {
    ...node,
    name: node.name ?? node.outputs[0],
    inputs: node.inputs.map((name) => names.get(name) ?? name),
    outputs: node.outputs.map((name) => (name === "" ? "" : nameOutput(name))),
  };
}

/** The integer 0, known no sooner than a floating-point value, whatever that is: no number is above itself. */
function zeroAfter(g: GraphBuilder, value: string): string {
  const flat = g.apply("Reshape", [value, g.ints([-1])]);
  const first = g.apply("Slice", [flat, g.ints([0]), g.ints([1])]);
  const never = g.apply("Greater", [first, first]);
  return g.reshape(g.apply("Cast", [never], { to: int(dataTypeCode("int64")) }), []);
}

/**
 * A value once more, bit by bit, no sooner than `zero`: the element at `zero` of a list of it alone.
 * ONNX Runtime can neither take it for the value itself nor make it early.
 */
function copyAfter(g: GraphBuilder, name: string, zero: string): string {
  const list = g.reshape(name, [1, ...g.shape(name)]);
  return g.apply("Gather", [list, zero]);
}
