import grammar from "../data/benchmark-grammar.json" with { type: "json" };
import shapes from "../data/shapes.json" with { type: "json" };
import type { Combination } from "../objects/combination-scene.ts";
import type { SeededRandom } from "../world/seeded-random.ts";

/** An attribute that a query changes. */
export type Attribute = keyof Combination;

/** How a query is worded: shapes by the name that annotations use, or freely. */
export type Wording = keyof typeof grammar;

/** What a query asks for, and in which words. */
export interface Request {
  readonly target: Combination;
  /** One or two. */
  readonly changes: readonly Attribute[];
  readonly wording: Wording;
}

/**
 * Words a request for a target: what changes and nothing else. A `paraphrase` may call a shape by
 * another noun, as captions do: `plus sign` for `cross`.
 */
export function wordRequest({ target, changes, wording }: Request, random: SeededRandom): string {
  const { clauses, joined, ...single } = grammar[wording];
  const nouns = wording === "paraphrase" ? shapes[target.shape].nouns : [target.shape];
  const words = { ...target, shape: random.pick(nouns) };
  const [one, other] = changes;
  const text =
    one === undefined || other === undefined
      ? random.pick(single[one ?? "colour"])
      : random
          .pick(joined)
          .replace("{first}", random.pick(clauses[one]))
          .replace("{second}", random.pick(clauses[other]));
  return text
    .replaceAll(/\{(colour|shape|background)\}/gu, (_, name: Attribute) => words[name])
    .replaceAll(/\ba (?=[aeiou])/gu, "an ");
}
