import type { EncoderV1, ImageSource } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { captionScene } from "../world/caption-scene.ts";
import { deriveSeed } from "../world/seeded-random.ts";
import { COLOURS, SHAPES } from "../world/scene.ts";
import type { Combination } from "./combination-scene.ts";
import { combinationScene } from "./combination-scene.ts";
import { OBJECT_BACKGROUNDS } from "./split-combinations.ts";

/** Names the combination that a picture shows, or the most likely one. */
export type ReadCombination = (image: ImageSource) => Promise<Combination>;

/** Settings of {@link createCombinationReader}. */
export interface CombinationReaderSettings {
  /** An encoder of pictures and texts into one space, such as CLIP. */
  readonly encoder: EncoderV1;
}

const WORDINGS = 4;
/** What cosines are divided by before they are probabilities: CLIP's lowest. */
const TEMPERATURE = 0.01;

/**
 * Creates a reader that asks a CLIP without examples (zero-shot): a picture is compared with captions
 * of all 484 combinations of shape, colour and background, each in four wordings whose embeddings are
 * averaged (an ensemble of prompts, arXiv 2103.00020 §3.1.4), and each attribute is the one whose
 * captions have the highest probability together. It sees nothing but pixels, and errs.
 *
 * The captions are encoded at the first call. Pictures are encoded one by one, so that what is read
 * never depends on what else is. Throws `unsupported` on an encoder of another kind.
 */
export function createCombinationReader(settings: CombinationReaderSettings): ReadCombination {
  const { encoder } = settings;
  for (const input of ["image", "text"] as const) {
    if (encoder.supports.inputs.includes(input)) continue;
    throw new MegaPairsError(
      "unsupported",
      `${encoder.modelId} takes no ${input} inputs; expected an encoder of images and texts`,
    );
  }
  const combinations = SHAPES.flatMap((shape) =>
    COLOURS.flatMap((colour) =>
      OBJECT_BACKGROUNDS.map((background): Combination => ({ shape, colour, background })),
    ),
  );
  let prototypes: Promise<readonly Float32Array[]> | undefined;

  return async (image) => {
    prototypes ??= encodeCaptions(encoder, combinations);
    const rows = await prototypes.catch((error: unknown) => {
      prototypes = undefined;
      throw error;
    });
    const inputs = [{ type: "image", image }] as const;
    const { embeddings } = await encoder.doEncode({ inputs, role: "query" });
    const scores = rows.map((row) => dot(row, embeddings));
    const highest = Math.max(...scores);
    const weights = scores.map((score) => Math.exp((score - highest) / TEMPERATURE));
    return {
      shape: mostLikely(combinations, weights, "shape"),
      colour: mostLikely(combinations, weights, "colour"),
      background: mostLikely(combinations, weights, "background"),
    };
  };
}

/** The value of an attribute whose combinations weigh most together; the first of equal ones. */
function mostLikely<Attribute extends keyof Combination>(
  combinations: readonly Combination[],
  weights: readonly number[],
  attribute: Attribute,
): Combination[Attribute] {
  const sums = new Map<Combination[Attribute], number>();
  for (const [index, combination] of combinations.entries()) {
    const value = combination[attribute];
    sums.set(value, (sums.get(value) ?? 0) + weights[index]!);
  }
  const [first] = [...sums].toSorted(([, one], [, other]) => other - one);
  return first![0];
}

/** The mean of the embeddings of each combination's captions, of length 1. */
async function encodeCaptions(
  encoder: EncoderV1,
  combinations: readonly Combination[],
): Promise<readonly Float32Array[]> {
  const captions = combinations.flatMap((combination, index) =>
    Array.from({ length: WORDINGS }, (_, wording) =>
      captionScene(combinationScene(combination), deriveSeed("wording", index, wording)),
    ),
  );
  const { dimensions, supports } = encoder;
  const rows = combinations.map(() => new Float32Array(dimensions));
  for (let start = 0; start < captions.length; start += supports.maxBatch) {
    const some = captions.slice(start, start + supports.maxBatch);
    const inputs = some.map((text) => ({ type: "text", text }) as const);
    const { embeddings } = await encoder.doEncode({ inputs, role: "candidate" });
    for (let at = 0; at < embeddings.length; at++) {
      const caption = start + Math.floor(at / dimensions);
      rows[Math.floor(caption / WORDINGS)]![at % dimensions]! += embeddings[at]!;
    }
  }
  return rows.map((row) => {
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

function dot(row: Float32Array, other: Float32Array): number {
  return row.reduce((sum, value, axis) => sum + value * (other[axis] ?? 0), 0);
}
