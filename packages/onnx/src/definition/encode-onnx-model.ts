import { encodeModelProto } from "./messages.ts";
import type { OnnxModelDefinition } from "./onnx-model-definition.ts";
import { toModelProto } from "./to-model-proto.ts";

/**
 * Bytes of an `.onnx` file. The same definition gives the same bytes.
 *
 * Rejects by throwing `invalid-argument` where a tensor's data does not fit its type and dims, or
 * the operator set is no whole number of at least 7. It does not check that the graph makes sense:
 * that is found when it is loaded.
 */
export function encodeOnnxModel(definition: OnnxModelDefinition): Uint8Array<ArrayBuffer> {
  return encodeModelProto(toModelProto(definition));
}
