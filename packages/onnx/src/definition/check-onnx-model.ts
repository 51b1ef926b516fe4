import { MegaPairsError } from "@megapairs/spec";
import { checkAttribute } from "./check-attribute.ts";
import type {
  OnnxGraphDefinition,
  OnnxModelDefinition,
  OnnxNodeDefinition,
} from "./onnx-model-definition.ts";

/**
 * Throws `invalid-argument`, naming node and value, unless a model's parts go together: every value
 * is made once, and before it is read; outputs are made; attributes hold what their types say; names
 * of nodes are not given twice; operator sets are stated. Operators, shapes and data types are not
 * looked at: ONNX Runtime does that when it loads the model.
 */
export function checkOnnxModel(model: OnnxModelDefinition): void {
  checkGraph(model, new Set(), new Set(["", ...Object.keys(model.domains ?? {})]));
}

/** Checks a graph that may read the values `outer` of the graphs around it. */
function checkGraph(
  graph: OnnxGraphDefinition,
  outer: ReadonlySet<string>,
  domains: ReadonlySet<string>,
): void {
  const made = new Set<string>();
  const make = (name: string, maker: string): void => {
    if (made.has(name)) refuse(`${maker} makes "${name}", which the graph has already`);
    made.add(name);
  };
  for (const { name } of graph.inputs) make(name, "an input");
  const inputs = new Set(made);
  for (const { name } of graph.initializers) {
    // An initializer of an input's name is the input's default.
    if (!inputs.delete(name)) make(name, "an initializer");
  }
  const names = new Set<string>();
  for (const node of graph.nodes) {
    const subject = describe(node);
    if (node.op === "") refuse(`${subject} has no operator`);
    if (!domains.has(node.domain ?? "")) {
      refuse(`${subject} is of the operator set "${node.domain}", expected its version in domains`);
    }
    if (node.name !== undefined && node.name !== "" && names.has(node.name)) {
      refuse(`${subject} has the name of another node`);
    }
    names.add(node.name ?? "");
    for (const name of node.inputs) {
      if (name !== "" && !made.has(name) && !outer.has(name)) refuseInput(graph, node, name);
    }
    for (const [name, attribute] of Object.entries(node.attributes ?? {})) {
      checkAttribute(subject, name, attribute);
      if (attribute.type === "graph") {
        checkGraph(attribute.value, new Set([...outer, ...made]), domains);
      }
    }
    for (const name of node.outputs) if (name !== "") make(name, subject);
  }
  const missing = graph.outputs.find(({ name }) => !made.has(name) && !outer.has(name));
  if (missing !== undefined) refuse(`the graph gives out "${missing.name}", which nothing makes`);
}

function refuseInput(graph: OnnxGraphDefinition, node: OnnxNodeDefinition, name: string): never {
  const maker = graph.nodes.find(({ outputs }) => outputs.includes(name));
  const reads = `${describe(node)} reads "${name}", which`;
  if (maker === undefined) refuse(`${reads} nothing makes`);
  const isCircle = dependsOn(graph, maker, node);
  refuse(
    isCircle
      ? `${reads} depends on what it makes itself`
      : `${reads} ${describe(maker)} makes only later: expected nodes in order`,
  );
}

/** True where a node reads, through whatever others, what another makes. */
function dependsOn(
  { nodes }: OnnxGraphDefinition,
  node: OnnxNodeDefinition,
  other: OnnxNodeDefinition,
): boolean {
  const reached = new Set([node]);
  for (const each of reached) {
    if (each === other) return true;
    const makes = ({ outputs }: OnnxNodeDefinition): boolean =>
      outputs.some((name) => name !== "" && each.inputs.includes(name));
    for (const maker of nodes.filter(makes)) reached.add(maker);
  }
  return false;
}

function describe({ op, name, outputs }: OnnxNodeDefinition): string {
  return `${op} "${name ?? outputs[0] ?? ""}"`;
}

function refuse(problem: string): never {
  throw new MegaPairsError("invalid-argument", problem);
}
