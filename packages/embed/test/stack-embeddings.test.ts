import { expect, it } from "vitest";
import { stackEmbeddings } from "@megapairs/embed";

const row = (
  imageId: string,
  ...values: readonly number[]
): { imageId: string; vector: Float32Array } => ({
  imageId,
  vector: Float32Array.from(values),
});

it("stacks rows by ascending id", () => {
  expect(stackEmbeddings([row("b", 0, 1), row("a", 1, 0)], 2)).toEqual({
    ids: ["a", "b"],
    dimensions: 2,
    vectors: Float32Array.of(1, 0, 0, 1),
  });
  expect(stackEmbeddings([], 3)).toEqual({ ids: [], dimensions: 3, vectors: new Float32Array(0) });
});

it.each([
  [[row("a", 1, 0), row("a", 0, 1)], "Image a comes twice; expected distinct ids."],
  [[row("a", 1)], "The vector of a has 1 values; expected 2."],
])("refuses %o", (records, message) => {
  expect(() => stackEmbeddings(records, 2)).toThrow(
    expect.objectContaining({ code: "invalid-argument", message }),
  );
});
