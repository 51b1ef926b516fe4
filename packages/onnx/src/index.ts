export {
  float,
  floats,
  graph,
  int,
  ints,
  string,
  strings,
  tensor,
} from "./definition/attributes.ts";
export { checkOnnxModel } from "./definition/check-onnx-model.ts";
export { bytesPerElement, dataTypeCode, dataTypeOfCode } from "./definition/data-type.ts";
export { decodeOnnxModel } from "./definition/decode-onnx-model.ts";
export { encodeOnnxModel } from "./definition/encode-onnx-model.ts";
export { float16ToFloat32 } from "./definition/float16.ts";
export type {
  OnnxAttributeDefinition,
  OnnxExternalData,
  OnnxGraphDefinition,
  OnnxInitializerDefinition,
  OnnxModelDefinition,
  OnnxNodeDefinition,
  OnnxValueDefinition,
} from "./definition/onnx-model-definition.ts";
export { createGraphBuilder } from "./definition/create-graph-builder.ts";
export type { OnnxGraphBuilder } from "./definition/create-graph-builder.ts";
export { createOnnxTensor } from "./definition/create-onnx-tensor.ts";
export { countElements } from "./definition/onnx-tensor.ts";
export type { OnnxDataByType, OnnxDataType, OnnxTensor } from "./definition/onnx-tensor.ts";
export { fingerprintOnnxModel } from "./file/fingerprint-onnx-model.ts";
export { listOnnxOperators } from "./file/list-onnx-operators.ts";
export { readOnnxModel } from "./file/read-onnx-model.ts";
export type { ReadOnnxModelOptions } from "./file/read-onnx-model.ts";
export { sha256OfFile } from "./file/sha256-of-file.ts";
export type { Sha256OfFileOptions } from "./file/sha256-of-file.ts";
export { writeOnnxModel } from "./file/write-onnx-model.ts";
export type { WriteOnnxModelOptions } from "./file/write-onnx-model.ts";
export { createInPlaceModel } from "./run/create-in-place-model.ts";
export type { InPlaceModel, InPlaceModelSettings } from "./run/create-in-place-model.ts";
export { createOnnxModel } from "./run/create-onnx-model.ts";
export type { OnnxModelSettings } from "./run/create-onnx-model.ts";
export type { OnnxModel, OnnxRunOptions } from "./run/onnx-model.ts";
export type {
  DeviceFailure,
  InPlaceCall,
  OnnxDevice,
  OnnxValueInfo,
} from "./run/session-messages.ts";
