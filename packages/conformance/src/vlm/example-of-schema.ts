import type { JsonValue } from "@megapairs/spec";
import { isRecord } from "../is-record.ts";

type Schema = Readonly<Record<string, unknown>>;

function asSchema(value: unknown): Schema {
  return isRecord(value) ? value : {};
}

/** A value that was JSON: a request's body, or a part of one. */
function asJson(value: unknown): JsonValue {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a schema is JSON throughout
  return value as JsonValue;
}

function asNumber(value: unknown, otherwise: number): number {
  return typeof value === "number" ? value : otherwise;
}

/**
 * A value that fits a JSON Schema of the simple kind used to ask models for data: `type`,
 * `properties`, `items`, `minItems`, `maxItems`, `enum`, `const`, `minimum`.
 *
 * Arrays get three items where they may; every string comes from `sentence`.
 */
export function exampleOfSchema(schema: Schema, sentence: () => string): JsonValue {
  if ("const" in schema) return asJson(schema["const"]);
  if (Array.isArray(schema["enum"])) return asJson(schema["enum"][0]);
  switch (schema["type"]) {
    case "object": {
      const properties = Object.entries(asSchema(schema["properties"]));
      return Object.fromEntries(
        properties.map(([key, value]) => [key, exampleOfSchema(asSchema(value), sentence)]),
      );
    }
    case "array": {
      const atLeast = Math.max(3, asNumber(schema["minItems"], 0));
      const length = Math.min(atLeast, asNumber(schema["maxItems"], atLeast));
      return Array.from({ length }, () => exampleOfSchema(asSchema(schema["items"]), sentence));
    }
    case "number":
    case "integer":
      return asNumber(schema["minimum"], 1);
    case "boolean":
      return true;
    case "null":
      return null;
    default:
      return sentence();
  }
}
