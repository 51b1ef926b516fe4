import type { OnnxDataType, OnnxTensor } from "./onnx-tensor.ts";

/** A graph's input or output. A string names a dimension that is known only when the graph runs. */
export interface OnnxValueDefinition {
  readonly name: string;
  readonly dataType: OnnxDataType;
  /** Left out: the rank is not stated. */
  readonly shape?: readonly (number | string)[] | undefined;
}

/** Where the bytes of an initializer lie when they are not in the model file itself. */
export interface OnnxExternalData {
  /** Path relative to the model file's folder. */
  readonly location: string;
  /** Bytes. */
  readonly offset: number;
  /** Bytes; `undefined`: to the end of the file. */
  readonly length: number | undefined;
}

/** A constant of a graph, by name: a tensor, or a reference to one in another file. */
export type OnnxInitializerDefinition =
  | (OnnxTensor & { readonly name: string })
  | {
      readonly name: string;
      readonly dataType: OnnxDataType;
      readonly dims: readonly number[];
      readonly external: OnnxExternalData;
    };

/** The value of a node's attribute. ONNX tells integers from floats, so the type is stated. */
export type OnnxAttributeDefinition =
  | { readonly type: "int"; readonly value: number | bigint }
  | { readonly type: "float"; readonly value: number }
  | { readonly type: "string"; readonly value: string }
  | { readonly type: "ints"; readonly value: readonly (number | bigint)[] }
  | { readonly type: "floats"; readonly value: readonly number[] }
  | { readonly type: "strings"; readonly value: readonly string[] }
  | { readonly type: "tensor"; readonly value: OnnxTensor }
  | { readonly type: "graph"; readonly value: OnnxGraphDefinition };

/** One operation. */
export interface OnnxNodeDefinition {
  /** Operator: `MatMul`, `Relu`. */
  readonly op: string;
  /** Names of the values it reads; "" leaves out an optional one. */
  readonly inputs: readonly string[];
  /** Names of the values it makes; "" leaves out an optional one. */
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, OnnxAttributeDefinition>> | undefined;
  readonly name?: string | undefined;
  /** Operator set; left out or "": ONNX's own. */
  readonly domain?: string | undefined;
}

/** A graph as a plain record: nodes in an order in which every value is made before it is read. */
export interface OnnxGraphDefinition {
  readonly name: string;
  readonly inputs: readonly OnnxValueDefinition[];
  readonly outputs: readonly OnnxValueDefinition[];
  readonly nodes: readonly OnnxNodeDefinition[];
  readonly initializers: readonly OnnxInitializerDefinition[];
}

/** A model as a plain record: what {@link encodeOnnxModel} writes and {@link decodeOnnxModel} reads. */
export interface OnnxModelDefinition extends OnnxGraphDefinition {
  /** Version of ONNX's own operator set, at least 7. */
  readonly opset: number;
  /** Versions of other operator sets, by domain. */
  readonly domains?: Readonly<Record<string, number>> | undefined;
  /** File format version; left out: the oldest that goes with `opset`, at least 8. */
  readonly irVersion?: number | undefined;
  /** Who made the file; `megapairs` when left out. */
  readonly producer?: string | undefined;
  /** Facts about the model, for whoever loads it. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}
