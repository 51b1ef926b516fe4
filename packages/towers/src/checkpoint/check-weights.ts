import type { WeightShapes } from "../weight-shapes.ts";

/** Names listed in one message. */
const MOST = 5;

/**
 * What is wrong with weights, given those expected: names of missing, unexpected and misshapen ones,
 * five of each. `undefined` where nothing is.
 */
export function faultOfWeights(found: WeightShapes, expected: WeightShapes): string | undefined {
  const missing = [...expected.keys()].filter((name) => !found.has(name));
  const unexpected = [...found.keys()].filter((name) => !expected.has(name));
  const misshapen = [...found].flatMap(([name, { dims }]) => {
    const wanted = expected.get(name)?.dims;
    if (wanted === undefined || wanted.join() === dims.join()) return [];
    return [`${name} is [${dims.join(", ")}], expected [${wanted.join(", ")}]`];
  });
  const lists = [
    list("missing: ", missing),
    list("unexpected: ", unexpected),
    list("", misshapen),
  ].filter((text) => text !== undefined);
  return lists.length === 0 ? undefined : lists.join("; ");
}

function list(heading: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const more = names.length > MOST ? ` and ${names.length - MOST} more` : "";
  return `${heading}${names.slice(0, MOST).join(", ")}${more}`;
}
