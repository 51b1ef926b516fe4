import { describe, expect, it } from "vitest";
import { checkMatrix } from "@megapairs/mine";

const ids = ["a", "b"];
const dimensions = 2;
const vectors = Float32Array.of(1, 0, 0.6, 0.8);

describe("checkMatrix", () => {
  it("accepts unit rows under ascending ids, and no rows at all", () => {
    expect(() => checkMatrix({ ids, dimensions, vectors })).not.toThrow();
    expect(() => checkMatrix({ ids: [], dimensions, vectors: new Float32Array(0) })).not.toThrow();
  });

  it("accepts norms within a thousandth", () => {
    const stored = Float32Array.of(1.0009, 0, 0, 0.9991);
    expect(() => checkMatrix({ ids, dimensions, vectors: stored })).not.toThrow();
  });

  it.each([
    [{ dimensions: 0 }, "The matrix has 0 dimensions; expected a positive integer."],
    [
      { vectors: new Float32Array(3) },
      "The matrix holds 3 values; expected 2 ids x 2 dimensions = 4.",
    ],
    [{ ids: ["a", "a"] }, "Row 1 repeats the id a; expected distinct ids."],
    [{ ids: ["b", "a"] }, "Row 1 (a) comes after b; expected ids in ascending order."],
    [
      { vectors: Float32Array.of(1, 0, Number.NaN, 1) },
      "Row 1 (b) holds NaN at column 0; expected finite values.",
    ],
    [
      { vectors: Float32Array.of(1, -Infinity, 1, 0) },
      "Row 0 (a) holds -Infinity at column 1; expected finite values.",
    ],
    [{ vectors: Float32Array.of(1, 0, 0, 0) }, "Row 1 (b) has L2 norm 0; expected 1 within 0.001."],
    [
      { vectors: Float32Array.of(1.25, 0, 1, 0) },
      "Row 0 (a) has L2 norm 1.25; expected 1 within 0.001.",
    ],
    [
      { vectors: Float32Array.of(1, 0, 0, 0.998046875) },
      "Row 1 (b) has L2 norm 0.998046875; expected 1 within 0.001.",
    ],
    [{ vectors: Float32Array.of(3, 4, 1, 0) }, "Row 0 (a) has L2 norm 5; expected 1 within 0.001."],
  ])("refuses %o", (wrong, message) => {
    expect(() => checkMatrix({ ids, dimensions, vectors, ...wrong })).toThrow(
      expect.objectContaining({ code: "invalid-argument", message }),
    );
  });
});
