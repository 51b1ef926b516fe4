import path from "node:path";

import {
  exportMegaPairs,
  openRunDatabase,
  openTripletFile,
  readMegaPairs,
} from "@megapairs/dataset";
import type { RunDatabase } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { collect, imageRow, pair } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();

/** Query 0 with targets 1 to 4, each a negative of the others; by relations and instructions given. */
async function fourTargets(name: string): Promise<RunDatabase> {
  const database = await openRunDatabase(path.join(root, name));
  const images = Array.from({ length: 6 }, (_, number) => imageRow(number));
  const id = (number: number): string => images[number]!.id;
  const found = [["D"], ["I"], ["D", "I"], ["T"]];
  const texts = [["in red", "larger"], ["IN  red "], ["in blue"], ["Larger", "at night"]];
  const pairs = [1, 2, 3, 4].map((target) => ({
    ...pair(0, target),
    queryId: id(0),
    targetId: id(target),
    evidence: found[target - 1]!.map((relation) => ({ relation, score: 0.9, rank: 1 })),
    hardNegativeIds: [0, 1, 2, 3, 4].filter((other) => other !== target).map(id),
  }));
  await database.commit({
    stage: "all",
    identity: "all",
    shard: "0",
    tables: {
      images: images.map((image) => ({ ...image })),
      pairs,
      descriptions: pairs.map((row) => ({ pairId: row.id, text: "both", wordLimit: 60 })),
      instructions: pairs.map((row, place) => ({ pairId: row.id, texts: texts[place] })),
    },
    rejects: [],
  });
  return database;
}

test("no target of an instruction is exported as its hard negative", async () => {
  const database = await fourTargets("answers");
  const directory = path.join(root, "answers-export");
  const { jsonlPath, answersLeftOut } = await exportMegaPairs({ database, directory });
  const images = Array.from({ length: 6 }, (_, number) => imageRow(number).id);
  const negatives = new Map<number, readonly number[]>();
  for (const line of await collect(readMegaPairs({ jsonl: jsonlPath }))) {
    const numbers = line.hardNegativeImages.map((image) =>
      images.findIndex((id) => image.includes(id)),
    );
    negatives.set(
      images.findIndex((id) => line.targetImage.includes(id)),
      numbers,
    );
  }
  // 1 and 2 are both "in red", 1 and 4 both "larger".
  expect(negatives).toEqual(
    new Map([
      [1, [0, 3]],
      [2, [0, 3, 4]],
      [3, [0, 1, 2, 4]],
      [4, [0, 2, 3]],
    ]),
  );
  expect(answersLeftOut).toBe(4);
});

test("an export and its reader are filtered by relations, and filters give the same pairs", async () => {
  const database = await fourTargets("relations");
  const whole = await exportMegaPairs({ database, directory: path.join(root, "whole") });
  for (const [relations, triplets] of [
    [["D"], 2],
    [["D", "I"], 3],
    [["T"], 1],
    [["D", "I", "T"], 4],
  ] as const) {
    const directory = path.join(root, relations.join("-"));
    const part = await exportMegaPairs({ database, directory, relations });
    expect(part.triplets).toBe(triplets);
    const samples = await openTripletFile({ jsonl: whole.jsonlPath, relations });
    const read = await Promise.all(
      Array.from({ length: samples.count }, (_, index) => samples.read(index)),
    );
    await samples.close();
    const exported = await openTripletFile({ jsonl: part.jsonlPath });
    const direct = await Promise.all(
      Array.from({ length: exported.count }, (_, index) => exported.read(index)),
    );
    await exported.close();
    expect(read.map((sample) => ({ ...sample, id: "" }))).toEqual(
      direct.map((sample) => ({ ...sample, id: "" })),
    );
    await expect(samples.read(triplets)).rejects.toMatchObject({ code: "invalid-argument" });
  }
});
