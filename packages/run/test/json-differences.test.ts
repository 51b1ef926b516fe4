import { isDeepStrictEqual } from "node:util";

import { jsonDifferences } from "@megapairs/run";
import type { JsonValue } from "@megapairs/spec";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

describe("jsonDifferences", () => {
  it("names each leaf that differs", () => {
    const was = { band: { lower: 0.8, upper: 0.96 }, relations: ["I", "D"], seed: 1, old: true };
    const is = { band: { lower: 0.75, upper: 0.96 }, relations: ["I"], seed: "1", new: null };
    expect(jsonDifferences("mine", was, is)).toEqual([
      "mine.band.lower was 0.8, is 0.75",
      "mine.new was absent, is null",
      "mine.old was true, is absent",
      'mine.relations[1] was "D", is absent',
      'mine.seed was 1, is "1"',
    ]);
  });

  it("shows a value that changed its kind, cut at 80 characters", () => {
    const [line] = jsonDifferences("prompt", "x".repeat(200), { text: 1 });
    expect(line).toBe(`prompt was "${"x".repeat(76)}..., is {"text":1}`);
  });

  it("does not take inherited members for settings", () => {
    expect(jsonDifferences("", {}, { constructor: 1 })).toEqual(["constructor was absent, is 1"]);
  });

  it("is empty exactly for equal values", () => {
    const json = fc.jsonValue().map((value): JsonValue => JSON.parse(JSON.stringify(value)));
    fc.assert(
      fc.property(json, json, (was, is) => {
        expect(jsonDifferences("", was, structuredClone(was))).toEqual([]);
        expect(jsonDifferences("", was, is).length === 0).toBe(isDeepStrictEqual(was, is));
      }),
    );
  });
});
