import { readFile } from "node:fs/promises";
import { join } from "node:path";
import {
  genecisCrop,
  precisionAt1,
  readCirco,
  readCirr,
  readFashioniq,
  readGenecis,
  scorePredictions,
} from "@megapairs/eval";
import type { Benchmark, Scores } from "@megapairs/eval";
import { describe, expect, it, vi } from "vitest";
import { official, withoutOfficial } from "./official-annotations.ts";
import reference from "./reference/official-scores.json" with { type: "json" };
import { seededRanking } from "./seeded-ranking.ts";

function seeded(
  { queries }: Benchmark,
  candidates: (query: Benchmark["queries"][number]) => readonly string[],
  pulled: (query: Benchmark["queries"][number]) => Iterable<string>,
  depth?: number,
): Record<string, string[]> {
  return Object.fromEntries(
    queries.map((query) => [
      query.id,
      seededRanking(query.id, candidates(query), new Set(pulled(query)), depth),
    ]),
  );
}

/** To 12 digits: sums run in another order in numpy. */
function rounded(scores: Scores): Scores {
  return Object.fromEntries(
    Object.entries(scores).map(([name, value]) => [name, Number(value.toFixed(12))]),
  );
}

vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(withoutOfficial !== undefined)(
  `the official scorers (${withoutOfficial ?? "on the real annotations"})`,
  () => {
    it("agrees with CIRCO's evaluation.py on seeded rankings", async () => {
      const benchmark = await readCirco({ directory: join(official, "circo"), split: "val" });
      const images = new Set(
        benchmark.queries.flatMap(({ referenceId, targets }) => [referenceId, ...targets.keys()]),
      );
      const gallery = [...images].toSorted((one, other) => Number(one) - Number(other));
      const predictions = seeded(
        benchmark,
        () => gallery,
        ({ targets }) => targets.keys(),
      );
      const { title, scores, groups } = scorePredictions({ benchmark, predictions });
      expect(title).toBe("CIRCO val");
      expect(rounded(scores)).toEqual(rounded(reference["circo"].scores));
      expect(
        rounded(
          Object.fromEntries(Object.entries(groups).map(([name, one]) => [name, one["mAP@10"]!])),
        ),
      ).toEqual(rounded(reference["circo"]["mAP@10 by aspect"]));
    });

    it("scores CIRCO's example submission as the official code does", async () => {
      const directory = join(official, "circo");
      const file = join(directory, "submission_examples/submission_val.json");
      const { isComplete, scores } = scorePredictions({
        benchmark: await readCirco({ directory, split: "val" }),
        predictions: JSON.parse(await readFile(file, "utf8")),
      });
      expect(isComplete).toBe(true);
      expect(rounded(scores)).toEqual(rounded(reference["circo example submission"].scores));
    });

    it("agrees with CIRPLANT's scorer on CIRR, hard and soft", async () => {
      const directory = join(official, "cirr");
      const soft = await readCirr({ directory, split: "val", targets: "soft" });
      const predictions = seeded(
        soft,
        () => soft.galleries.get("val")!,
        ({ targets, subsetIds, referenceId }) => [...targets.keys(), ...subsetIds, referenceId],
      );
      const hard = await readCirr({ directory, split: "val" });
      expect(rounded(scorePredictions({ benchmark: hard, predictions }).scores)).toEqual(
        rounded(reference["cirr"].scores),
      );
      const result = scorePredictions({ benchmark: soft, predictions });
      expect(result.title).toBe("CIRR val (target_soft)");
      expect(rounded(result.scores)).toEqual(rounded(reference["cirr target_soft"].scores));
    });

    it("agrees with numpy on FashionIQ, whose authors released no scorer", async () => {
      const benchmark = await readFashioniq({ directory: join(official, "fashioniq") });
      const predictions = seeded(
        benchmark,
        ({ gallery }) => benchmark.galleries.get(gallery)!,
        ({ targets }) => targets.keys(),
        50,
      );
      const { scores, groups } = scorePredictions({ benchmark, predictions });
      expect(rounded(scores)).toEqual(rounded(reference["fashioniq"].scores));
      for (const [category, expected] of Object.entries(reference["fashioniq"].groups)) {
        expect(rounded(groups[category]!)).toEqual(rounded(expected));
      }
    });

    it("agrees with GeneCIS's get_recall", async () => {
      const benchmark = await readGenecis({ directory: join(official, "genecis") });
      const predictions = seeded(
        benchmark,
        ({ gallery }) => benchmark.galleries.get(gallery)!,
        () => [],
      );
      const { scores, groups } = scorePredictions({ benchmark, predictions });
      expect(rounded(scores)).toEqual(rounded(reference["genecis"].scores));
      for (const [task, expected] of Object.entries(reference["genecis"].groups)) {
        expect(rounded(groups[task]!)).toEqual(rounded(expected));
      }
    });
  },
);

it.each(reference["genecis crops"])("crops $box as GeneCIS does", ({ crop, box, ...size }) => {
  const [left = 0, top = 0, width = 0, height = 0] = box;
  expect(genecisCrop({ ...size, box: [left, top, width, height] })).toEqual(crop);
});

it("hits under MMEB's rule where VLM2Vec's get_pred does, ties and all", () => {
  const found = reference.mmeb.map(({ scores }) => precisionAt1(scores));
  expect(found.map(({ official: hit }) => hit)).toEqual(reference.mmeb.map(({ hit }) => hit));
  expect(found.some(({ optimistic, pessimistic }) => optimistic > pessimistic)).toBe(true);
});
