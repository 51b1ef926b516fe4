import { parseResults } from "@megapairs/report";
import type { ReportResults } from "@megapairs/report";
import { describe, expect, it } from "vitest";
import { fixtureResults } from "./fixture-results.ts";

const read = (value: unknown): ReportResults => parseResults(JSON.stringify(value), "results.json");

describe("parseResults", () => {
  it("gives back what was written", () => {
    expect(read(fixtureResults)).toEqual(fixtureResults);
    const { format, title, run } = fixtureResults;
    expect(read({ format, title, run })).toEqual({ format, title, run });
  });

  it("names the place of what is wrong", () => {
    const { experiments, similarities, triplets } = fixtureResults;
    const [group] = experiments!;
    const bad: readonly [Record<string, unknown>, RegExp][] = [
      [{ format: "other" }, /results\.json holds no results: format/],
      [{ run: undefined }, /: run: /],
      [{ headline: [{ label: "a", value: { mean: 2, lower: 3, upper: 4 } }] }, /lower ≤ mean/],
      [{ similarities: [{ ...similarities![0], edges: [0] }] }, /one edge more than counts/],
      [{ experiments: [{ ...group, metrics: ["R@7"] }] }, /every metric in the scores/],
      [
        {
          triplets: [
            {
              ...triplets![0],
              query: { ...triplets![0]!.query, url: "https://example.org/a.jpg" },
            },
          ],
        },
        /triplets\.0\.query\.url: expected data:image/,
      ],
    ];
    for (const [change, message] of bad) {
      expect(() => read({ ...fixtureResults, ...change })).toThrow(message);
    }
    expect(() => parseResults("{", "results.json")).toThrow(/is no whole JSON/);
  });
});
