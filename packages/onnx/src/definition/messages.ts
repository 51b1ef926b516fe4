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

const model = protobuf.Root.fromJSON(schema).lookupType("ModelProto");

/** Wire bytes of a message; the same message gives the same bytes. */
export function encodeModelProto(message: ModelProto): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(model.encode(model.fromObject(message)).finish());
}

/** The message in these bytes; byte fields are views of them. Throws where they are no protobuf. */
export function decodeModelProto(bytes: Uint8Array): ModelProto {
  return model.toObject(model.decode(bytes), { longs: BigInt });
}
