import type { JsonValue } from "@megapairs/spec";

/** What differs between two records, leaf by leaf: `seed was 0, is 1`. */
export function factDifferences(before: JsonValue, now: JsonValue): string[] {
  const [old, current] = [leaves(before), leaves(now)];
  return [...new Set([...old.keys(), ...current.keys()])]
    .filter((path) => old.get(path) !== current.get(path))
    .map(
      (path) => `${path} was ${old.get(path) ?? "not set"}, is ${current.get(path) ?? "not set"}`,
    );
}

function leaves(value: JsonValue, path = ""): Map<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return new Map([[path, JSON.stringify(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, member]) =>
      member === undefined ? [] : [...leaves(member, path === "" ? key : `${path}.${key}`)],
    ),
  );
}
