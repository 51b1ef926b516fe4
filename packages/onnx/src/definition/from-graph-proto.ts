import { MegaPairsError } from "@megapairs/spec";
import codes from "./attribute-types.json" with { type: "json" };
import { dataTypeOfCode } from "./data-type.ts";
import type { AttributeProto, GraphProto, NodeProto, ValueInfoProto } from "./messages.ts";
import type {
  OnnxAttributeDefinition,
  OnnxGraphDefinition,
  OnnxNodeDefinition,
  OnnxValueDefinition,
} from "./onnx-model-definition.ts";
import type { OnnxTensor } from "./onnx-tensor.ts";
import { fromTensorProto } from "./tensor-proto.ts";

/** The graph in a message; `unsupported` for sparse initializers and values that are no tensors. */
export function fromGraphProto(message: GraphProto): OnnxGraphDefinition {
  if ((message.sparseInitializer ?? []).length > 0) {
    throw new MegaPairsError(
      "unsupported",
      `graph "${message.name ?? ""}" has sparse initializers, expected dense ones`,
    );
  }
  return {
    name: message.name ?? "",
    inputs: (message.input ?? []).map(fromValueInfoProto),
    outputs: (message.output ?? []).map(fromValueInfoProto),
    nodes: (message.node ?? []).map(fromNodeProto),
    initializers: (message.initializer ?? []).map(fromTensorProto),
  };
}

function fromValueInfoProto({ name = "", type }: ValueInfoProto): OnnxValueDefinition {
  const tensorType = type?.tensorType;
  if (tensorType === undefined) {
    throw new MegaPairsError("unsupported", `value "${name}" is no tensor`);
  }
  const dataType = dataTypeOfCode(tensorType.elemType ?? 0, `value "${name}"`);
  if (tensorType.shape === undefined) return { name, dataType };
  const shape = (tensorType.shape.dim ?? []).map(({ dimValue, dimParam }) =>
    dimValue === undefined ? (dimParam ?? "") : Number(dimValue),
  );
  return { name, dataType, shape };
}

function fromNodeProto(message: NodeProto): OnnxNodeDefinition {
  const attributes = (message.attribute ?? []).map(
    (attribute) => [attribute.name ?? "", fromAttributeProto(attribute)] as const,
  );
  return {
    op: message.opType ?? "",
    inputs: message.input ?? [],
    outputs: message.output ?? [],
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
    ...(message.name === undefined ? {} : { name: message.name }),
    ...(message.domain === undefined ? {} : { domain: message.domain }),
  };
}

/** The attribute in a message; `unsupported` for sparse tensors, lists of graphs and references. */
function fromAttributeProto(message: AttributeProto): OnnxAttributeDefinition {
  switch (message.type ?? 0) {
    case codes.int:
      return { type: "int", value: exactNumber(message.i ?? 0n) };
    case codes.float:
      return { type: "float", value: message.f ?? 0 };
    case codes.string:
      return { type: "string", value: new TextDecoder().decode(message.s) };
    case codes.ints:
      return { type: "ints", value: (message.ints ?? []).map(exactNumber) };
    case codes.floats:
      return { type: "floats", value: message.floats ?? [] };
    case codes.strings:
      return {
        type: "strings",
        value: (message.strings ?? []).map((bytes) => new TextDecoder().decode(bytes)),
      };
    case codes.tensor:
      return { type: "tensor", value: tensorOf(message) };
    case codes.graph:
      return { type: "graph", value: fromGraphProto(message.g ?? {}) };
    default:
      throw new MegaPairsError(
        "unsupported",
        `attribute "${message.name ?? ""}" has the ONNX attribute type ${message.type ?? 0}, which is none of ${Object.keys(codes).join(", ")}`,
      );
  }
}

function tensorOf({ name = "", t = {} }: AttributeProto): OnnxTensor {
  const tensor = fromTensorProto(t);
  if ("data" in tensor) return tensor;
  throw new MegaPairsError("unsupported", `attribute "${name}" lies in another file`);
}

/** A number where it is exact, else the bigint itself. */
function exactNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
