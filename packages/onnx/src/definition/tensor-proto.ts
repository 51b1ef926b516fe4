import { MegaPairsError } from "@megapairs/spec";
import {
  arrayNameOf,
  arrayOfBytes,
  bytesPerElement,
  dataTypeCode,
  dataTypeOfCode,
  isArrayOf,
  isTensor,
} from "./data-type.ts";
import type { TensorProto } from "./messages.ts";
import type { OnnxInitializerDefinition } from "./onnx-model-definition.ts";
import type { OnnxDataType, OnnxTensor } from "./onnx-tensor.ts";
import { countElements } from "./onnx-tensor.ts";

const EXTERNAL = 1;

/** The message of a tensor or initializer: elements as raw little-endian bytes, strings apart. */
export function toTensorProto(definition: OnnxInitializerDefinition | OnnxTensor): TensorProto {
  const { dataType, dims } = definition;
  const head: TensorProto = { dims: dims.map(BigInt), dataType: dataTypeCode(dataType) };
  if ("name" in definition) head.name = definition.name;
  if ("external" in definition) return { ...head, ...externalFields(definition.external) };
  const subject = head.name === undefined ? "a tensor" : `initializer "${head.name}"`;
  const { data } = definition;
  if (!isArrayOf(dataType, data) || data.length !== countElements(dims)) {
    throw new MegaPairsError(
      "invalid-argument",
      `${subject} of ${dataType} [${dims.join(", ")}] needs ${countElements(dims)} elements in ` +
        `a ${arrayNameOf(dataType)}, found ${data.length} in a ${data.constructor.name}`,
    );
  }
  if (dataType === "string") {
    return { ...head, stringData: definition.data.map((text) => new TextEncoder().encode(text)) };
  }
  const { buffer, byteOffset, byteLength } = definition.data;
  return { ...head, rawData: new Uint8Array(buffer, byteOffset, byteLength) };
}

function externalFields(external: {
  location: string;
  offset: number;
  length: number | undefined;
}): TensorProto {
  const entries = [
    { key: "location", value: external.location },
    { key: "offset", value: String(external.offset) },
  ];
  if (external.length !== undefined) entries.push({ key: "length", value: `${external.length}` });
  return { externalData: entries, dataLocation: EXTERNAL };
}

/** The initializer in a message; its data is a copy. */
export function fromTensorProto(message: TensorProto): OnnxInitializerDefinition {
  const name = message.name ?? "";
  const dataType = dataTypeOfCode(message.dataType ?? 0, `tensor "${name}"`);
  const dims = (message.dims ?? []).map(Number);
  if (message.dataLocation === EXTERNAL) {
    const entries = new Map((message.externalData ?? []).map(({ key, value }) => [key, value]));
    const length = entries.get("length");
    return {
      name,
      dataType,
      dims,
      external: {
        location: entries.get("location") ?? "",
        offset: Number(entries.get("offset") ?? 0),
        length: length === undefined ? undefined : Number(length),
      },
    };
  }
  const data = dataOf(message, dataType);
  const tensor = { dataType, dims, data };
  if (!isTensor(tensor) || data.length !== countElements(dims)) {
    throw new MegaPairsError(
      "corrupt-data",
      `tensor "${name}" of ${dataType} [${dims.join(", ")}] holds ${data.length} elements, expected ${countElements(dims)}`,
    );
  }
  return { name, ...tensor };
}

/** What reads the elements of each type from the field of numbers it has besides raw bytes. */
const NUMBERS: Readonly<
  Record<Exclude<OnnxDataType, "string">, (message: TensorProto) => OnnxTensor["data"]>
> = {
  float32: ({ floatData = [] }) => Float32Array.from(floatData),
  float64: ({ doubleData = [] }) => Float64Array.from(doubleData),
  float16: ({ int32Data = [] }) => Uint16Array.from(int32Data),
  bfloat16: ({ int32Data = [] }) => Uint16Array.from(int32Data),
  int64: ({ int64Data = [] }) => BigInt64Array.from(int64Data),
  int32: ({ int32Data = [] }) => Int32Array.from(int32Data),
  int16: ({ int32Data = [] }) => Int16Array.from(int32Data),
  int8: ({ int32Data = [] }) => Int8Array.from(int32Data),
  uint64: ({ uint64Data = [] }) => BigUint64Array.from(uint64Data),
  uint32: ({ uint64Data = [] }) => Uint32Array.from(uint64Data, Number),
  uint16: ({ int32Data = [] }) => Uint16Array.from(int32Data),
  uint8: ({ int32Data = [] }) => Uint8Array.from(int32Data),
  bool: ({ int32Data = [] }) => Uint8Array.from(int32Data),
};

/** Elements of a tensor, from its raw bytes or from the field of numbers its type uses instead. */
function dataOf(message: TensorProto, dataType: OnnxDataType): OnnxTensor["data"] {
  if (dataType === "string") {
    return (message.stringData ?? []).map((bytes) => new TextDecoder().decode(bytes));
  }
  if (message.rawData !== undefined && message.rawData.length > 0) {
    if (message.rawData.length % bytesPerElement(dataType) !== 0) {
      throw new MegaPairsError(
        "corrupt-data",
        `tensor "${message.name ?? ""}" has ${message.rawData.length} bytes, no multiple of the ${bytesPerElement(dataType)} of a ${dataType}`,
      );
    }
    return arrayOfBytes(dataType, message.rawData);
  }
  return NUMBERS[dataType](message);
}
