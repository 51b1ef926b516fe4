import { MegaPairsError } from "@megapairs/spec";
import type { EncoderSupports } from "@megapairs/spec";
import type { Benchmark, BenchmarkItem } from "../benchmarks/benchmark.ts";

/**
 * What an encoder is given for an item of picture and text. `composed`: both, as one input. `sum`: each by
 * itself, their unit vectors added and normalised. `image`, `text`: one of the two, the other left out.
 */
export type Composition = "composed" | "sum" | "image" | "text";

/** How titles name a composition; scores of different ones never share a name. */
const compositionTitles: Readonly<Record<Exclude<Composition, "composed">, string>> = {
  sum: "image and text encoded apart and added",
  image: "image alone",
  text: "text alone",
};

const NEEDS: Readonly<Record<Composition, readonly EncoderSupports["inputs"][number][]>> = {
  composed: ["composed"],
  sum: ["image", "text"],
  image: ["image"],
  text: ["text"],
};

function canCompose(composition: Composition, { inputs }: EncoderSupports): boolean {
  return NEEDS[composition].every((kind) => inputs.includes(kind));
}

/** What an item needs: `composed` where it has a picture and a text. */
export function kindOf({ picture, text }: BenchmarkItem): EncoderSupports["inputs"][number] {
  if (picture === undefined) return "text";
  return text === undefined ? "image" : "composed";
}

/**
 * Throws `unsupported` unless the encoder takes every item. Where it lacks composed inputs the message
 * names what it could do instead: nothing is chosen silently.
 */
export function checkEncoder(
  modelId: string,
  supports: EncoderSupports,
  items: Iterable<BenchmarkItem>,
  composition: Composition,
): void {
  const kinds = new Set([...items].map(kindOf));
  if (kinds.has("composed") && !canCompose(composition, supports)) {
    const others = (["sum", "image", "text"] as const).filter((one) => canCompose(one, supports));
    throw new MegaPairsError(
      "unsupported",
      `${modelId} encodes ${supports.inputs.join(", ")}; ${composition === "composed" ? "queries here are image and text together" : `"${composition}" needs ${NEEDS[composition].join(" and ")}`}. What it can do instead, under a name of its own: ${others.map((one) => `"${one}" (${compositionTitles[one]})`).join(", ")}.`,
    );
  }
  const lacking = (["image", "text"] as const).find(
    (kind) => kinds.has(kind) && !supports.inputs.includes(kind),
  );
  if (lacking !== undefined) {
    throw new MegaPairsError(
      "unsupported",
      `${modelId} encodes ${supports.inputs.join(", ")}; this benchmark has items that are ${lacking} alone.`,
    );
  }
}

/** What decides which sides are asked for. */
export interface SidesOfOptions {
  readonly benchmark: Pick<Benchmark, "queries" | "hasTargets">;
  readonly encoder: { readonly supports: EncoderSupports };
  readonly composition?: Composition | undefined;
  readonly shortcuts?: boolean | undefined;
}

/** The single sides that are ranked beside both: none where no query has both, or nothing is scored. */
export function sidesOf({
  benchmark: { queries, hasTargets },
  encoder: { supports },
  composition = "composed",
  shortcuts = true,
}: SidesOfOptions): readonly ("image" | "text")[] {
  const isComposed = composition === "composed" || composition === "sum";
  const isAsked = shortcuts && hasTargets && isComposed;
  if (!isAsked || !queries.some((query) => kindOf(query) === "composed")) return [];
  return (["image", "text"] as const).filter((side) => canCompose(side, supports));
}

/** The benchmark with what a run does to it in title and rule. */
export function nameRun(
  benchmark: Benchmark,
  composition: Composition,
  isReranked: boolean,
): Benchmark {
  const added = [
    ...(composition === "composed" ? [] : [compositionTitles[composition]]),
    ...(isReranked ? ["reranked"] : []),
  ];
  if (added.length === 0) return benchmark;
  return {
    ...benchmark,
    title: `${benchmark.title} (${added.join(", ")})`,
    rule: `${benchmark.rule}; ${added.join("; ")}`,
  };
}
