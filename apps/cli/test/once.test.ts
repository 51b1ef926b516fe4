import { expect, it } from "vitest";
import { once } from "../src/stages/once.ts";

it("loads once for all who ask, and again after a failure", async () => {
  let loads = 0;
  const load = once(async () => {
    loads += 1;
    if (loads === 1) throw new Error("busy");
    return loads;
  });
  await expect(Promise.all([load(), load()])).rejects.toThrow("busy");
  expect(await Promise.all([load(), load()])).toEqual([2, 2]);
  expect(await load()).toBe(2);
});
