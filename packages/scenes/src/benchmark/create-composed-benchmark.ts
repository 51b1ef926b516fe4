import { encodeImage } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import shapes from "../data/shapes.json" with { type: "json" };
import type { Combination } from "../objects/combination-scene.ts";
import { renderCombination } from "../objects/render-combination.ts";
import { OBJECT_BACKGROUNDS, splitCombinations } from "../objects/split-combinations.ts";
import { COLOURS, SHAPES } from "../world/scene.ts";
import type { SeededRandom } from "../world/seeded-random.ts";
import { createSeededRandom, deriveSeed } from "../world/seeded-random.ts";
import type { Attribute, Wording } from "./word-request.ts";
import { wordRequest } from "./word-request.ts";

/** Settings of {@link createComposedBenchmark}. */
export interface ComposedBenchmarkSettings {
  /** An integer that renderings, queries and wordings follow. */
  readonly seed: number;
  /** Pictures of each combination, at least 1: so many right answers has a query. Default 3. */
  readonly renderings?: number | undefined;
  /** How many queries, 1 to 10,000. Default 600. */
  readonly queries?: number | undefined;
}

/** A picture of the gallery. */
export interface BenchmarkPicture {
  /** `teal-ring-mint-0.jpg`. */
  readonly path: string;
  readonly combination: Combination;
  /** Renders it: 96 x 96 JPEG, the same bytes each time. */
  readonly read: () => Promise<Uint8Array>;
}

/** A picture, what is to be different, and what is right. */
export interface ComposedQuery {
  readonly id: string;
  /** Path of its picture, which is in the gallery too. */
  readonly picture: string;
  readonly text: string;
  /** Paths of all pictures of the combination that is asked for. */
  readonly targets: readonly string[];
  /** `never shown` or `shown`: whether corpora show the target's colour with its shape; then what changes, then the wording. */
  readonly groups: readonly string[];
}

/** Composed queries over a gallery, as CIRCO has them: several right answers, near misses all around. */
export interface ComposedBenchmark {
  readonly pictures: readonly BenchmarkPicture[];
  readonly queries: readonly ComposedQuery[];
  /** The names of what is asked for, which no wording can avoid: `teal`, `plus sign`. */
  readonly vocabulary: readonly string[];
}

const QUALITY = 92;
const MOST_QUERIES = 10_000;

/** Single changes and pairs of them, in turn. */
const CHANGES: readonly (readonly Attribute[])[] = [
  ["colour"],
  ["colour", "shape"],
  ["shape"],
  ["shape", "background"],
  ["background"],
  ["colour", "background"],
];
const WORDINGS: readonly Wording[] = ["template", "paraphrase"];

/** Of the queries: targets that are no test of new combinations would hide those that are. */
const NEVER_SHOWN_SHARE = 1 / 3;

/**
 * The held-out benchmark of the objects world. The gallery has every combination, those included
 * whose colour and shape no corpus shows together, in several renderings of its own seeds: for each
 * query all that is right, its own picture, and every picture that misses by one attribute. Queries
 * change one or two attributes, in words that no annotation uses beside the names of what is asked.
 *
 * Throws `invalid-argument` on settings out of range.
 */
export function createComposedBenchmark(settings: ComposedBenchmarkSettings): ComposedBenchmark {
  const { seed, renderings = 3, queries: count = 600 } = settings;
  const isWhole = [seed, renderings, count].every(Number.isSafeInteger);
  if (!isWhole || renderings < 1 || count < 1 || count > MOST_QUERIES) {
    throw new MegaPairsError(
      "invalid-argument",
      `Found seed ${seed}, ${renderings} renderings and ${count} queries; expected integers, renderings from 1, queries from 1 to ${MOST_QUERIES}.`,
    );
  }
  const { trained, heldOut } = splitCombinations();
  const pictures = [...trained, ...heldOut].flatMap((combination) =>
    Array.from({ length: renderings }, (_, index) => pictureOf(combination, { index, seed })),
  );
  const world = { all: [...trained, ...heldOut], neverShown: new Set(heldOut.map(nameOf)) };
  const queries = new Map<string, ComposedQuery>();
  for (let drawn = 0; queries.size < count; drawn += 1) {
    const random = createSeededRandom("composed query", seed, drawn);
    const changes = CHANGES[queries.size % CHANGES.length]!;
    const wording = WORDINGS[Math.floor(queries.size / CHANGES.length) % WORDINGS.length]!;
    const { source, target, isNeverShown } = drawChange(world, changes, random);
    const picture = pathOf(source, random.below(renderings));
    const text = wordRequest({ target, changes, wording }, random);
    queries.set(`${picture} ${text}`, {
      id: String(queries.size).padStart(4, "0"),
      picture,
      text,
      targets: Array.from({ length: renderings }, (_, index) => pathOf(target, index)),
      groups: [isNeverShown ? "never shown" : "shown", changes.join(" and "), wording],
    });
  }
  const nouns = SHAPES.flatMap((shape) => shapes[shape].nouns);
  const vocabulary = [...new Set([...COLOURS, ...OBJECT_BACKGROUNDS, ...nouns])];
  return { pictures, queries: [...queries.values()], vocabulary };
}

interface World {
  readonly all: readonly Combination[];
  /** Names of combinations. */
  readonly neverShown: ReadonlySet<string>;
}

/** A combination and another one that differs from it in just these attributes. */
function drawChange(
  { all, neverShown }: World,
  changes: readonly Attribute[],
  random: SeededRandom,
): { readonly source: Combination; readonly target: Combination; readonly isNeverShown: boolean } {
  const isNeverShown = random.between(0, 1) < NEVER_SHOWN_SHARE;
  for (;;) {
    const source = random.pick(all);
    const target = random.pick(all);
    const isChange = (["shape", "colour", "background"] as const).every(
      (name) => (source[name] !== target[name]) === changes.includes(name),
    );
    if (isChange && neverShown.has(nameOf(target)) === isNeverShown) {
      return { source, target, isNeverShown };
    }
  }
}

function pictureOf(
  combination: Combination,
  { index, seed }: { readonly index: number; readonly seed: number },
): BenchmarkPicture {
  const path = pathOf(combination, index);
  return {
    path,
    combination,
    read: async () => {
      const pixels = renderCombination(combination, deriveSeed("benchmark picture", seed, path));
      return (await encodeImage(pixels, { mediaType: "image/jpeg", quality: QUALITY })).bytes;
    },
  };
}

function pathOf(combination: Combination, index: number): string {
  return `${nameOf(combination)}-${index}.jpg`;
}

function nameOf({ colour, shape, background }: Combination): string {
  return `${colour}-${shape}-${background}`;
}
