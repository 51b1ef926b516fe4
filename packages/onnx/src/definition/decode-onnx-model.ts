import { MegaPairsError } from "@megapairs/spec";
import { fromGraphProto } from "./from-graph-proto.ts";
import type { ModelProto } from "./messages.ts";
import { decodeModelProto } from "./messages.ts";
import type { OnnxModelDefinition } from "./onnx-model-definition.ts";

/**
 * The model in the bytes of an `.onnx` file, as a plain record that {@link encodeOnnxModel} turns
 * into an equal file again. Tensors are copies; those in other files stay references.
 *
 * Throws `corrupt-data` where the bytes are no ONNX model, and `unsupported` for what the record
 * cannot say: sparse tensors, model-local functions, values that are no tensors, 4-bit and 8-bit
 * float types.
 */
export function decodeOnnxModel(bytes: Uint8Array): OnnxModelDefinition {
  const message = readModelProto(bytes);
  if ((message.functions ?? []).length > 0) {
    throw new MegaPairsError(
      "unsupported",
      `the model defines ${message.functions?.length} functions of its own, expected none`,
    );
  }
  const versions = new Map(
    (message.opsetImport ?? []).map(({ domain = "", version = 0n }) => [
      domain === "ai.onnx" ? "" : domain,
      Number(version),
    ]),
  );
  const opset = versions.get("") ?? 0;
  versions.delete("");
  const metadata = (message.metadataProps ?? []).map(
    ({ key = "", value = "" }) => [key, value] as const,
  );
  return {
    ...fromGraphProto(message.graph ?? {}),
    opset,
    ...(versions.size === 0 ? {} : { domains: Object.fromEntries(versions) }),
    ...(message.irVersion === undefined ? {} : { irVersion: Number(message.irVersion) }),
    ...(message.producerName === undefined ? {} : { producer: message.producerName }),
    ...(metadata.length === 0 ? {} : { metadata: Object.fromEntries(metadata) }),
  };
}

/** The wire message; `corrupt-data` where there is none with a graph and an operator set. */
export function readModelProto(bytes: Uint8Array): ModelProto {
  let message: ModelProto;
  try {
    message = decodeModelProto(bytes);
  } catch (cause) {
    throw new MegaPairsError("corrupt-data", `${bytes.length} bytes are no ONNX model`, { cause });
  }
  if (message.graph === undefined || message.opsetImport === undefined) {
    throw new MegaPairsError(
      "corrupt-data",
      `${bytes.length} bytes are no ONNX model: no graph or no operator set in them`,
    );
  }
  return message;
}
