import { createCombinationReader, measureReading, splitCombinations } from "@megapairs/scenes";
import type { Check } from "@megapairs/report";
import type { EncoderV1 } from "@megapairs/spec";

/** Renderings that no corpus of the plan has: another seed than any of theirs. */
const SEED = 2_000_003;
const PICTURES = 300;

/**
 * How often the reference VLM names an attribute wrongly, on new renderings of known truth, which it
 * never sees: of combinations that its model was taught, and of those held out from it.
 */
export async function checkAnnotator(encoder: EncoderV1): Promise<Check> {
  const read = createCombinationReader({ encoder });
  const { trained, heldOut } = splitCombinations();
  const measure = (combinations: typeof trained): ReturnType<typeof measureReading> =>
    measureReading({ read, combinations, images: PICTURES, seed: SEED });
  const [known, unknown] = [await measure(trained), await measure(heldOut)];
  const row = (name: string, { errors, anyError }: typeof known): string[] => [
    name,
    ...[errors.shape, errors.colour, errors.background, anyError].map(percent),
  ];
  return {
    name: "What the annotator sees",
    verdict: "measured",
    finding: `The VLM reads pixels alone and is wrong on ${percent(known.anyError)} of ${PICTURES} new renderings of what corpora show, on ${percent(unknown.anyError)} of what they do not.`,
    table: {
      columns: ["read wrongly", "shape", "colour", "background", "any of them"],
      rows: [row("shown by corpora", known), row("never shown", unknown)],
    },
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
