import { open, stat } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";
import { arrayOver, bytesPerElement, isTensor } from "../definition/data-type.ts";
import { decodeOnnxModel } from "../definition/decode-onnx-model.ts";
import type {
  OnnxAttributeDefinition,
  OnnxExternalData,
  OnnxGraphDefinition,
  OnnxInitializerDefinition,
  OnnxModelDefinition,
} from "../definition/onnx-model-definition.ts";
import { countElements } from "../definition/onnx-tensor.ts";
import { externalPath } from "./external-path.ts";
import { readModelFile } from "./read-model-file.ts";

/** Options of {@link readOnnxModel}. */
export interface ReadOnnxModelOptions {
  /**
   * What becomes of weights that lie in other files: read, or left where they are, as references.
   * Default `load`.
   */
  readonly weights?: "load" | "leave" | undefined;
}

/**
 * The model in an `.onnx` file, as {@link decodeOnnxModel} gives it, and with it the weights that lie
 * in other files beside it, each read once into an array of its own.
 *
 * Rejects with `invalid-argument` where a file cannot be read, `corrupt-data` where it is no ONNX
 * model, refers to a file outside its own folder, or to bytes that are not there or are not as many
 * as a tensor needs, and `unsupported` for what a record cannot say.
 */
export async function readOnnxModel(
  file: string,
  options: ReadOnnxModelOptions = {},
): Promise<OnnxModelDefinition> {
  const model = decodeOnnxModel(await readModelFile(file));
  if (options.weights === "leave") return model;
  const files = new Map<string, WeightsFile>();
  const openOnce: OpenWeights = async (location) => {
    const opened = files.get(location) ?? (await openWeights(await externalPath(file, location)));
    files.set(location, opened);
    return opened;
  };
  try {
    return { ...model, ...(await loadGraph(model, openOnce)) };
  } finally {
    for (const { handle } of files.values()) await handle.close();
  }
}

/** An open file of weights. */
interface WeightsFile {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
}

/** Opens a file that the model refers to. */
type OpenWeights = (location: string) => Promise<WeightsFile>;

async function openWeights(path: string): Promise<WeightsFile> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new MegaPairsError("invalid-argument", `there is no file of weights ${path}`);
  }
  try {
    return { path, handle: await open(path, "r"), size: found.size };
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `cannot read the weights in ${path}`, { cause });
  }
}

/** The graph and the graphs in it, weights loaded one after the other. */
async function loadGraph(
  graph: OnnxGraphDefinition,
  openFile: OpenWeights,
): Promise<OnnxGraphDefinition> {
  const initializers: OnnxInitializerDefinition[] = [];
  for (const initializer of graph.initializers) {
    const isHere = !("external" in initializer);
    initializers.push(isHere ? initializer : await loadInitializer(initializer, openFile));
  }
  const nodes = [];
  for (const node of graph.nodes) {
    const attributes: Record<string, OnnxAttributeDefinition> = {};
    for (const [name, attribute] of Object.entries(node.attributes ?? {})) {
      attributes[name] =
        attribute.type === "graph"
          ? { type: "graph", value: await loadGraph(attribute.value, openFile) }
          : attribute;
    }
    nodes.push(node.attributes === undefined ? node : { ...node, attributes });
  }
  return { ...graph, initializers, nodes };
}

async function loadInitializer(
  { name, dataType, dims, external }: Extract<OnnxInitializerDefinition, { external: unknown }>,
  openFile: OpenWeights,
): Promise<OnnxInitializerDefinition> {
  const subject = `initializer "${name}" of ${dataType} [${dims.join(", ")}]`;
  if (dataType === "string") {
    throw new MegaPairsError("corrupt-data", `${subject} lies in another file, as texts cannot`);
  }
  const bytes = countElements(dims) * bytesPerElement(dataType);
  const weights = await openFile(external.location);
  checkRange(subject, external, bytes, weights.size);
  const buffer = new ArrayBuffer(bytes);
  await readInto(weights, new Uint8Array(buffer), external.offset);
  const tensor = { dataType, dims, data: arrayOver(dataType, buffer) };
  if (!isTensor(tensor)) throw new Error(`${subject} was read into another array`);
  return { name, ...tensor };
}

/** Throws `corrupt-data` unless the bytes that a tensor needs are where it says. */
function checkRange(
  subject: string,
  { location, offset, length }: OnnxExternalData,
  bytes: number,
  size: number,
): void {
  const isPlace = Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(bytes);
  if (!isPlace || (length ?? bytes) !== bytes || bytes < 0 || offset + bytes > size) {
    throw new MegaPairsError(
      "corrupt-data",
      `${subject} lies in "${location}" from byte ${offset}, ${length ?? "all"} of them, expected ${bytes} of the ${size} in the file`,
    );
  }
}

async function readInto(
  { path, handle }: WeightsFile,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  const most = 2 ** 26;
  for (let done = 0; done < bytes.length;) {
    const part = bytes.subarray(done, done + most);
    const { bytesRead } = await handle.read(part, 0, part.length, position + done);
    done += bytesRead;
    if (bytesRead > 0) continue;
    throw new MegaPairsError("corrupt-data", `${path} became shorter while it was read`);
  }
}
