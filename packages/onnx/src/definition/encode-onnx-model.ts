import { MegaPairsError } from "@megapairs/spec";
import { toGraphProto } from "./to-graph-proto.ts";
import { encodeModelProto } from "./messages.ts";
import type { OnnxModelDefinition } from "./onnx-model-definition.ts";

/** Operator set version from which each file format version is needed (onnx/docs/Versioning.md). */
const IR_VERSION_SINCE_OPSET = [
  [24, 12],
  [23, 11],
  [21, 10],
  [19, 9],
] as const;

/**
 * Bytes of an `.onnx` file. The same definition gives the same bytes.
 *
 * Rejects by throwing `invalid-argument` where a tensor's data does not fit its type and dims, or
 * the operator set is no whole number of at least 7. It does not check that the graph makes sense:
 * that is found when it is loaded.
 */
export function encodeOnnxModel(definition: OnnxModelDefinition): Uint8Array<ArrayBuffer> {
  const { opset, domains = {}, metadata = {} } = definition;
  if (!Number.isInteger(opset) || opset < 7) {
    throw new MegaPairsError(
      "invalid-argument",
      `opset must be a whole number of at least 7, found ${opset}`,
    );
  }
  const irVersion =
    definition.irVersion ?? IR_VERSION_SINCE_OPSET.find(([since]) => opset >= since)?.[1] ?? 8;
  return encodeModelProto({
    irVersion: BigInt(irVersion),
    producerName: definition.producer ?? "megapairs",
    opsetImport: Object.entries({ "": opset, ...domains }).map(([domain, version]) => ({
      domain,
      version: BigInt(version),
    })),
    graph: toGraphProto(definition),
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
  });
}
