import { basename } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import { checkOnnxModel } from "../definition/check-onnx-model.ts";
import { MOST_BYTES, checkSize, countBytes, modelProtoParts } from "../definition/messages.ts";
import type {
  OnnxInitializerDefinition,
  OnnxModelDefinition,
} from "../definition/onnx-model-definition.ts";
import { toModelProto } from "../definition/to-model-proto.ts";
import { toTensorProto } from "../definition/tensor-proto.ts";
import { replaceFile } from "./replace-file.ts";

/** Options of {@link writeOnnxModel}. */
export interface WriteOnnxModelOptions {
  /**
   * Tensors of more bytes than this go to a second file. Default: none, or, where all in one file
   * would be more than the 2 GB that ONNX allows, those above 1024.
   */
  readonly externalAbove?: number | undefined;
}

/** Where tensors begin in the second file: multiples of this many bytes, for whoever maps it. */
const ALIGNMENT = 64;

/** What onnx.save leaves in the model file. */
const SMALL = 1024;

/**
 * Writes a model file, and beside it, where asked for or needed, `model.onnx_data` with the weights
 * of `model.onnx`, as Hugging Face names it. Weights are written from their own memory, one after
 * the other. Each file is replaced whole, the weights first. References to other files stay as they
 * are.
 *
 * Rejects with `invalid-argument` for a graph that {@link checkOnnxModel} refuses, data that does not
 * fit its type and dims, a setting that is no number of bytes, a file that cannot be written, or
 * weights that the model refers to in the very file to be written.
 */
export async function writeOnnxModel(
  file: string,
  definition: OnnxModelDefinition,
  options: WriteOnnxModelOptions = {},
): Promise<void> {
  checkOnnxModel(definition);
  const { externalAbove = Infinity } = options;
  if (!(externalAbove >= 0)) {
    throw new MegaPairsError(
      "invalid-argument",
      `externalAbove must be a number of bytes, found ${externalAbove}`,
    );
  }
  const location = `${basename(file)}_data`;
  const wished = moveOut(definition, location, externalAbove);
  const isTooLarge = countBytes(modelProtoParts(toModelProto(wished.model))) > MOST_BYTES;
  const { model, weights } = isTooLarge ? moveOut(definition, location, SMALL) : wished;
  const parts = modelProtoParts(toModelProto(model));
  checkSize(parts);
  if (weights.length > 0) await replaceFile(`${file}_data`, weights);
  await replaceFile(file, parts);
}

/** The model without its larger tensors, and the bytes of these, with zeros between. */
function moveOut(
  definition: OnnxModelDefinition,
  location: string,
  above: number,
): { readonly model: OnnxModelDefinition; readonly weights: readonly Uint8Array[] } {
  const weights: Uint8Array[] = [];
  let end = 0;
  const move = (initializer: OnnxInitializerDefinition): OnnxInitializerDefinition => {
    const { rawData } = toTensorProto(initializer);
    if (rawData === undefined || rawData.length <= above) return initializer;
    const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
    weights.push(new Uint8Array(offset - end), rawData);
    end = offset + rawData.length;
    const { name, dataType, dims } = initializer;
    return { name, dataType, dims, external: { location, offset, length: rawData.length } };
  };
  const model = { ...definition, initializers: definition.initializers.map(move) };
  const kept = definition.initializers.find(
    (each) => "external" in each && each.external.location === location,
  );
  if (weights.length > 0 && kept !== undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `"${kept.name}" lies in ${location}, which would be written over: expected the weights to be loaded, or another name`,
    );
  }
  return { model, weights };
}
