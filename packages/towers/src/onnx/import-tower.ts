import { readOnnxModel } from "@megapairs/onnx";
import type {
  OnnxInitializerDefinition,
  OnnxModelDefinition,
  OnnxTensor,
  OnnxValueDefinition,
} from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { namesRead, nodesBehind } from "../graph/nodes-behind.ts";
import type { Tower, TowerModel, Weight } from "../tower-model.ts";
import { renameReads } from "../graph/rename-reads.ts";
import { chooseOutput } from "./choose-output.ts";
import { nameDimensions } from "./name-dimensions.ts";

/** Settings of {@link importTower}. */
export interface ImportTowerSettings {
  /** Path of an `.onnx` file, or what one holds. */
  readonly model: string | OnnxModelDefinition;
  /** The output to take for features. Default: the one with two axes, where there is one. */
  readonly output?: string | undefined;
  /** Default: `image`, `text` or `multimodal`, by the types of the inputs. */
  readonly name?: string | undefined;
  /**
   * Stands before the names of weights, so that those of several exports can be told apart: two
   * towers may both have a `val_21`. Default none.
   */
  readonly prefix?: string | undefined;
  /**
   * Which float32 initializers with axes are weights; the others stay constants. Default: all but
   * those with a number beyond ±1e30, which are masks.
   */
  readonly isWeight?: ((name: string, tensor: OnnxTensor) => boolean) | undefined;
}

/**
 * An exported graph as a tower: its weights become inputs under the exporter's names, in the
 * exporter's layout, and what the output does not depend on is left out. The first axis of each data
 * input is called `batch`, the second of token ids `sequence`.
 *
 * Exporters may have given equal weights one name, and folded weights with constants; a graph
 * trained so keeps that.
 *
 * Rejects with `invalid-argument` where a file or output is not there or which output to take is not
 * clear, `corrupt-data` where files are not what they say, `unsupported` where the weights are half
 * floats, float64 or quantised, or the graph is made for one size of batch.
 */
export async function importTower(settings: ImportTowerSettings): Promise<TowerModel> {
  const { model, prefix = "" } = settings;
  const whole = typeof model === "string" ? await readOnnxModel(model) : model;
  const output = chooseOutput(whole, settings.output);
  const nodes = nodesBehind(whole.nodes, [output]);
  const read = new Set(nodes.flatMap(namesRead));
  const { own, constants } = partInitializers(whole, read, settings);
  const rename = (name: string): string => (own.has(name) ? `${prefix}${name}` : name);
  const inOrder = [...read].flatMap((name): [string, Weight][] => {
    const weight = own.get(name);
    return weight === undefined ? [] : [[rename(name), weight]];
  });
  const weightInputs = inOrder.map(([name, { dims }]): OnnxValueDefinition => {
    return { name, dataType: "float32", shape: dims };
  });
  const constantNames = new Set(whole.initializers.map(({ name }) => name));
  const dataInputs = whole.inputs.filter(({ name }) => read.has(name) && !constantNames.has(name));
  const pruned = { ...whole, nodes: renameReads(nodes, rename), initializers: constants };
  const named = nameDimensions(pruned, dataInputs, output, weightInputs);
  const tower: Tower = {
    name: settings.name ?? nameOf(dataInputs),
    model: named.model,
    dataInputs: dataInputs.map(({ name }) => name),
    output,
    dimensions: named.dimensions,
    weightNames: inOrder.map(([name]) => name),
  };
  return { towers: [tower], weights: new Map(inOrder) };
}

/** An initializer with its data. */
type NamedTensor = OnnxTensor & { readonly name: string };

/** What becomes weights, under the exporter's names, and what stays constant; the unread is left out. */
function partInitializers(
  whole: OnnxModelDefinition,
  read: ReadonlySet<string>,
  { isWeight = isNoMask }: ImportTowerSettings,
): { own: ReadonlyMap<string, Weight>; constants: readonly NamedTensor[] } {
  const own = new Map<string, Weight>();
  const constants: NamedTensor[] = [];
  for (const initializer of whole.initializers.filter(({ name }) => read.has(name))) {
    const tensor = withData(initializer);
    refuseOtherTypes(tensor);
    const { name, dataType, dims, data } = tensor;
    const isCandidate = dataType === "float32" && dims.length > 0;
    if (isCandidate && isWeight(name, tensor)) own.set(name, { dims, data });
    else constants.push(tensor);
  }
  return { own, constants };
}

function withData(initializer: OnnxInitializerDefinition): NamedTensor {
  if (!("external" in initializer)) return initializer;
  throw new MegaPairsError(
    "invalid-argument",
    `"${initializer.name}" lies in the file "${initializer.external.location}": import the model by its path`,
  );
}

/** `unsupported` for the matrices of half-precision, double-precision and quantised graphs. */
function refuseOtherTypes({ name, dataType, dims }: NamedTensor): void {
  const isOther = ["float16", "bfloat16", "float64", "int8", "uint8"].includes(dataType);
  if (!isOther || dims.length < 2) return;
  throw new MegaPairsError(
    "unsupported",
    `"${name}" is ${dataType} [${dims.join(", ")}], expected a graph whose weights are float32`,
  );
}

function isNoMask(_name: string, { dataType, data }: OnnxTensor): boolean {
  return dataType === "float32" && data.every((value) => Math.abs(value) < 1e30);
}

function nameOf(inputs: readonly OnnxValueDefinition[]): string {
  const hasPixels = inputs.some(({ dataType }) => dataType === "float32");
  if (!hasPixels) return "text";
  return inputs.length === 1 ? "image" : "multimodal";
}
