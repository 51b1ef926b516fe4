import { dataTypeCode } from "./data-type.ts";
import codes from "./attribute-types.json" with { type: "json" };
import type { AttributeProto, GraphProto, NodeProto, ValueInfoProto } from "./messages.ts";
import type {
  OnnxAttributeDefinition,
  OnnxGraphDefinition,
  OnnxNodeDefinition,
  OnnxValueDefinition,
} from "./onnx-model-definition.ts";
import { toTensorProto } from "./tensor-proto.ts";

/** The message of a graph. */
export function toGraphProto(definition: OnnxGraphDefinition): GraphProto {
  return {
    name: definition.name,
    input: definition.inputs.map(toValueInfoProto),
    output: definition.outputs.map(toValueInfoProto),
    node: definition.nodes.map(toNodeProto),
    initializer: definition.initializers.map(toTensorProto),
  };
}

function toValueInfoProto({ name, dataType, shape }: OnnxValueDefinition): ValueInfoProto {
  const dim = shape?.map((size) =>
    typeof size === "string" ? { dimParam: size } : { dimValue: BigInt(size) },
  );
  const elemType = dataTypeCode(dataType);
  return {
    name,
    type: { tensorType: { elemType, ...(dim === undefined ? {} : { shape: { dim } }) } },
  };
}

function toNodeProto(node: OnnxNodeDefinition): NodeProto {
  return {
    opType: node.op,
    input: [...node.inputs],
    output: [...node.outputs],
    attribute: Object.entries(node.attributes ?? {}).map(([name, value]) =>
      toAttributeProto(name, value),
    ),
    ...(node.name === undefined ? {} : { name: node.name }),
    ...(node.domain === undefined ? {} : { domain: node.domain }),
  };
}

function toAttributeProto(name: string, attribute: OnnxAttributeDefinition): AttributeProto {
  return { name, type: codes[attribute.type], ...valueFields(attribute) };
}

function valueFields({ type, value }: OnnxAttributeDefinition): AttributeProto {
  switch (type) {
    case "int":
      return { i: BigInt(value) };
    case "float":
      return { f: value };
    case "string":
      return { s: new TextEncoder().encode(value) };
    case "ints":
      return { ints: value.map(BigInt) };
    case "floats":
      return { floats: [...value] };
    case "strings":
      return { strings: value.map((text) => new TextEncoder().encode(text)) };
    case "tensor":
      return { t: toTensorProto(value) };
    case "graph":
    default:
      return { g: toGraphProto(value) };
  }
}
