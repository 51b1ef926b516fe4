import { wordingOverlap } from "@megapairs/eval";
import type { Check } from "@megapairs/report";
import type { ComposedBenchmark } from "@megapairs/scenes";
import type { MinedTriplet } from "../mined-triplets.ts";

/** How much of the benchmark's wording the instructions that were trained on have. */
export function checkWording(
  benchmark: ComposedBenchmark,
  triplets: readonly MinedTriplet[],
): Check {
  const asked = benchmark.queries.map(({ text }) => text);
  const known = new Set(triplets.flatMap(({ instructions }) => instructions));
  const overlap = wordingOverlap({ asked, known, blanks: benchmark.vocabulary });
  const { texts, templates, askedTemplates, knownTemplates, runs } = overlap;
  return {
    name: "Wording",
    verdict: texts === 0 && templates === 0 ? "passed" : "failed",
    finding: `${percent(texts)} of the benchmark's texts and ${percent(templates)} of its ${askedTemplates} templates are among the ${known.size} instructions of ${knownTemplates} templates; colours and shapes are blanks in templates.`,
    table: {
      columns: ["of the benchmark's distinct", "also in instructions"],
      rows: runs.map((share, index) => [
        index === 0 ? "words" : `runs of ${index + 1} words`,
        percent(share),
      ]),
    },
  };
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
