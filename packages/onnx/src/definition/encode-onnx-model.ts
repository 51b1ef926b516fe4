import { encodeModelProto } from "./messages.ts";
import type { OnnxModelDefinition } from "./onnx-model-definition.ts";
import { toModelProto } from "./to-model-proto.ts";

/**
 * Bytes of an `.onnx` file. The same definition gives the same bytes.
 *
 * Throws `invalid-argument` where a tensor's data does not fit its type and dims, the operator set is
 * no whole number of at least 7, or the file would have more than 2 GB: {@link writeOnnxModel} makes
 * two. It does not check that the graph makes sense: {@link checkOnnxModel} does.
 */
export function encodeOnnxModel(definition: OnnxModelDefinition): Uint8Array<ArrayBuffer> {
  return encodeModelProto(toModelProto(definition));
}
