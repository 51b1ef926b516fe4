import type { JsonValue } from "@megapairs/spec";

type JsonObject = { readonly [key: string]: JsonValue };

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function show(value: JsonValue | undefined): string {
  if (value === undefined) return "absent";
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function member(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/**
 * What differs between two JSON values, leaf by leaf, in ascending key order, as lines like
 * `mine.band.lower was 0.8, is 0.75`. A member that only one side has is `absent` on the other.
 * Values are cut at 80 characters. Equal values give no line.
 */
export function jsonDifferences(
  path: string,
  was: JsonValue | undefined,
  is: JsonValue | undefined,
): string[] {
  if (isObject(was) && isObject(is)) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted();
    return keys.flatMap((key) =>
      jsonDifferences(path === "" ? key : `${path}.${key}`, member(was, key), member(is, key)),
    );
  }
  if (isArray(was) && isArray(is)) {
    const length = Math.max(was.length, is.length);
    return Array.from({ length }, (_, index) => index).flatMap((index) =>
      jsonDifferences(`${path}[${index}]`, was[index], is[index]),
    );
  }
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  return [`${path} was ${show(was)}, is ${show(is)}`];
}
