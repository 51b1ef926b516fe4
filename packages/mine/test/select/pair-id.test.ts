import { expect, it } from "vitest";
import { pairId } from "@megapairs/mine";

it("is the SHA-256 of the two ids as JSON", () => {
  // printf '["a","b"]' | sha256sum
  expect(pairId("a", "b")).toBe("0473ef2dc0d324ab659d3580c1134e9d812035905c4781fdd6d529b0c6860e13");
});

it("tells direction and boundaries apart", () => {
  const ids = [pairId("a", "b"), pairId("b", "a"), pairId("ab", ""), pairId('a","', "b")];
  expect(new Set(ids).size).toBe(4);
});
