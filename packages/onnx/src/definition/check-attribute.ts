import { inspect } from "node:util";
import { MegaPairsError } from "@megapairs/spec";
import codes from "./attribute-types.json" with { type: "json" };
import type { OnnxAttributeDefinition } from "./onnx-model-definition.ts";

const isInteger = (value: unknown): boolean =>
  typeof value === "bigint" || Number.isSafeInteger(value);
const isNumber = (value: unknown): boolean => typeof value === "number";
const isString = (value: unknown): boolean => typeof value === "string";
const hasKeys =
  (...keys: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === "object" && value !== null && keys.every((key) => key in value);
const isListOf =
  (holds: (value: unknown) => boolean) =>
  (value: unknown): boolean =>
    Array.isArray(value) && value.every(holds);

/** What tells a value of each type, the insides of tensors and graphs left aside. */
const HOLDS: Readonly<Record<OnnxAttributeDefinition["type"], (value: unknown) => boolean>> = {
  int: isInteger,
  float: isNumber,
  string: isString,
  ints: isListOf(isInteger),
  floats: isListOf(isNumber),
  strings: isListOf(isString),
  tensor: hasKeys("dataType", "dims", "data"),
  graph: hasKeys("nodes", "initializers", "inputs", "outputs"),
};

/** `invalid-argument` for an attribute of an unknown type, or whose value is of another. */
export function checkAttribute(
  subject: string,
  name: string,
  { type, value }: OnnxAttributeDefinition,
): void {
  if (!Object.hasOwn(codes, type)) {
    throw new MegaPairsError(
      "invalid-argument",
      `${subject} has an attribute ${name} of type ${type as string}, expected one of ${Object.keys(codes).join(", ")}`,
    );
  }
  if (HOLDS[type](value)) return;
  throw new MegaPairsError(
    "invalid-argument",
    `${subject} has an attribute ${name} of type ${type} that holds ${inspect(value, { depth: 0, breakLength: Infinity })}`,
  );
}
