import { MegaPairsError } from "@megapairs/spec";
import type { ModelProto } from "./messages.ts";
import type { OnnxModelDefinition } from "./onnx-model-definition.ts";
import { toGraphProto } from "./to-graph-proto.ts";

/** Operator set version from which each file format version is needed (onnx/docs/Versioning.md). */
const IR_VERSION_SINCE_OPSET = [
  [24, 12],
  [23, 11],
  [21, 10],
  [19, 9],
] as const;

/** The message of a model. Throws `invalid-argument` as `encodeOnnxModel` does. */
export function toModelProto(definition: OnnxModelDefinition): ModelProto {
  const { opset, domains = {}, metadata = {} } = definition;
  if (!Number.isInteger(opset) || opset < 7) {
    throw new MegaPairsError(
      "invalid-argument",
      `opset must be a whole number of at least 7, found ${opset}`,
    );
  }
  const irVersion =
    definition.irVersion ?? IR_VERSION_SINCE_OPSET.find(([since]) => opset >= since)?.[1] ?? 8;
  return {
    irVersion: BigInt(irVersion),
    producerName: definition.producer ?? "megapairs",
    opsetImport: Object.entries({ "": opset, ...domains }).map(([domain, version]) => ({
      domain,
      version: BigInt(version),
    })),
    graph: toGraphProto(definition),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  };
}
