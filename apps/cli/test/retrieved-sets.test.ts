import { mergeNeighbours } from "@megapairs/mine";
import type { NeighbourRecord } from "@megapairs/spec";
import { expect, it } from "vitest";
import { createRetrievedSets } from "../src/stages/retrieved-sets.ts";

const found = (queryId: string, relation: string, ids: readonly string[]): NeighbourRecord => ({
  queryId,
  relation,
  neighbours: ids.map((id, index) => ({ id, score: 0.9 - index / 100, rank: index + 1 })),
});
const records = [
  found("a", "D", ["b", "c"]),
  found("c", "D", []),
  found("a", "I", ["c"]),
  found("b", "I", ["a"]),
  found("d", "I", ["a", "b"]),
];
let opened = 0;
const sets = createRetrievedSets(
  {
    async *readNeighbours(relation: string) {
      opened += 1;
      yield* records.filter((record) => record.relation === relation);
    },
  },
  ["D", "I", "T"],
);
const whole = mergeNeighbours(records);

it("unites the lists of all relations as if they were in memory, one without any list included", async () => {
  expect(await sets.count()).toBe(4);
  expect(await sets.read(0, 4)).toEqual(whole);
});

it("reads on where it stopped, skips what is done, and starts again for what came before", async () => {
  opened = 0;
  expect(await sets.read(1, 2)).toEqual(whole.slice(1, 2));
  expect(await sets.read(2, 3)).toEqual(whole.slice(2, 3));
  expect(await sets.read(3, 9)).toEqual(whole.slice(3));
  expect(opened).toBe(3);
  expect(await sets.read(0, 1)).toEqual(whole.slice(0, 1));
  expect(opened).toBe(6);
});

it("starts again after a failure, whatever was read by then", async () => {
  let fails = true;
  const flaky = createRetrievedSets(
    {
      async *readNeighbours(relation: string) {
        yield* records.filter((record) => record.relation === relation).slice(0, fails ? 1 : 9);
        if (fails) throw new Error("disk");
      },
    },
    ["D", "I"],
  );
  await expect(flaky.read(0, 2)).rejects.toThrow("disk");
  fails = false;
  expect(await flaky.read(1, 3)).toEqual(whole.slice(1, 3));
});
