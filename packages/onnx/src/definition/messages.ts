import { MegaPairsError } from "@megapairs/spec";
import Long from "long";
import protobuf from "protobufjs";
import schema from "./onnx-schema.json" with { type: "json" };

/** `TensorProto` of onnx.proto, as far as it is read and written here; int64 as bigint. */
export interface TensorProto {
  name?: string;
  dims?: bigint[];
  dataType?: number;
  rawData?: Uint8Array;
  floatData?: number[];
  int32Data?: number[];
  int64Data?: bigint[];
  uint64Data?: bigint[];
  doubleData?: number[];
  stringData?: Uint8Array[];
  externalData?: StringStringEntryProto[];
  dataLocation?: number;
}

/** `StringStringEntryProto` of onnx.proto. */
interface StringStringEntryProto {
  key?: string;
  value?: string;
}

/** `AttributeProto` of onnx.proto. */
export interface AttributeProto {
  name?: string;
  type?: number;
  f?: number;
  i?: bigint;
  s?: Uint8Array;
  t?: TensorProto;
  g?: GraphProto;
  floats?: number[];
  ints?: bigint[];
  strings?: Uint8Array[];
  refAttrName?: string;
}

/** `NodeProto` of onnx.proto. */
export interface NodeProto {
  opType?: string;
  name?: string;
  domain?: string;
  input?: string[];
  output?: string[];
  attribute?: AttributeProto[];
}

/** `ValueInfoProto` of onnx.proto. */
export interface ValueInfoProto {
  name?: string;
  type?: {
    tensorType?: {
      elemType?: number;
      shape?: { dim?: { dimValue?: bigint; dimParam?: string }[] };
    };
    sequenceType?: { elemType?: { tensorType?: { elemType?: number } } };
  };
}

/** `GraphProto` of onnx.proto. */
export interface GraphProto {
  name?: string;
  node?: NodeProto[];
  initializer?: TensorProto[];
  sparseInitializer?: unknown[];
  input?: ValueInfoProto[];
  output?: ValueInfoProto[];
}

/** `ModelProto` of onnx.proto. */
export interface ModelProto {
  irVersion?: bigint;
  producerName?: string;
  opsetImport?: { domain?: string; version?: bigint }[];
  graph?: GraphProto;
  metadataProps?: StringStringEntryProto[];
  functions?: unknown[];
}

// protobufjs looks for `long` with require(), which fails where Node runs with the condition "import".
protobuf.util.Long = Long;
protobuf.configure();

const root = protobuf.Root.fromJSON(schema);
const types = {
  model: root.lookupType("ModelProto"),
  graph: root.lookupType("GraphProto"),
  tensor: root.lookupType("TensorProto"),
};

/** The message in these bytes; byte fields are views of them. Throws where they are no protobuf. */
export function decodeModelProto(bytes: Uint8Array): ModelProto {
  return types.model.toObject(types.model.decode(bytes), { longs: BigInt });
}

/** Numbers of the fields of onnx.proto that {@link modelProtoParts} puts in place itself. */
const FIELD = { modelGraph: 7, graphInitializer: 5, tensorRawData: 9 } as const;

/**
 * Wire bytes of a message in pieces, fields by their numbers; the same message gives the same bytes.
 * Raw data of the graph's initializers are pieces of their own, as they are, not copies.
 */
export function modelProtoParts(message: ModelProto): readonly Uint8Array[] {
  const { irVersion, producerName, graph = {}, ...rest } = message;
  const { name, node, initializer = [], ...ends } = graph;
  const inner = [
    encode(types.graph, { name, node }),
    ...initializer.flatMap(initializerParts),
    encode(types.graph, ends),
  ];
  return [
    encode(types.model, { irVersion, producerName }),
    fieldHead(FIELD.modelGraph, countBytes(inner)),
    ...inner,
    encode(types.model, rest),
  ];
}

/** Wire bytes of a message. `invalid-argument` for more than a file can have. */
export function encodeModelProto(message: ModelProto): Uint8Array<ArrayBuffer> {
  const parts = modelProtoParts(message);
  checkSize(parts);
  const bytes = new Uint8Array(countBytes(parts));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** Most bytes of a file of protobuf messages. */
export const MOST_BYTES: number = 2 ** 31 - 1;

/** `invalid-argument` for pieces of more bytes than a file can have. */
export function checkSize(parts: readonly Uint8Array[]): void {
  const count = countBytes(parts);
  if (count <= MOST_BYTES) return;
  throw new MegaPairsError(
    "invalid-argument",
    `the model takes ${count} bytes, more than the ${MOST_BYTES} that an ONNX file can have: expected weights in another file, as writeOnnxModel puts them`,
  );
}

/** Bytes in all of some pieces. */
export function countBytes(parts: readonly Uint8Array[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function initializerParts(message: TensorProto): readonly Uint8Array[] {
  const { rawData, externalData, dataLocation, ...head } = message;
  const raw =
    rawData === undefined ? [] : [fieldHead(FIELD.tensorRawData, rawData.length), rawData];
  const parts = [
    encode(types.tensor, head),
    ...raw,
    encode(types.tensor, { externalData, dataLocation }),
  ];
  return [fieldHead(FIELD.graphInitializer, countBytes(parts)), ...parts];
}

function encode(type: protobuf.Type, message: object): Uint8Array {
  return type.encode(type.fromObject(message)).finish();
}

/** What a field of bytes begins with: its number, and how many follow, in base 128. */
function fieldHead(field: number, length: number): Uint8Array {
  const lengthDelimited = 2;
  const bytes = [(field << 3) | lengthDelimited];
  let rest = length;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.of(...bytes, rest);
}
