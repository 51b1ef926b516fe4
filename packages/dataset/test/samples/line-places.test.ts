import path from "node:path";

import { openTripletFile } from "@megapairs/dataset";
import { array, assert, constantFrom, nat, property, record } from "fast-check";
import { expect, test } from "vitest";

import { createLinePlaces } from "../../src/samples/line-places.ts";
import { writeFiles } from "../fixtures/files.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

test("places beyond 4 GiB and after gaps are given back", () => {
  const steps = array(
    record({ bytes: constantFrom(1, 200, 2 ** 31, 2 ** 33 + 5), skipped: nat(2) }),
  );
  assert(
    property(steps, (lines) => {
      const places = createLinePlaces();
      let [offset, number] = [0, 0];
      const added = lines.map(({ bytes, skipped }) => {
        offset += bytes;
        number += 1 + skipped;
        return { offset, number };
      });
      for (const place of added) places.add(place);
      expect(places.count).toBe(added.length);
      expect(added.map((_, index) => places.at(index))).toEqual(added);
      expect(places.at(added.length)).toBeUndefined();
      expect(places.at(-1)).toBeUndefined();
    }),
  );
});

test("lines of several chunks are found, each by its own number", async () => {
  const root = await temporaryDirectory();
  const lines = Array.from({ length: 300_000 }, (_, index) => {
    const triplet = { q_img: `${index}.jpg`, q_text: ["x"], t_img: "t.jpg", hns: [] };
    return index % 1000 === 7 ? "\n" : `${JSON.stringify(triplet)}\n`;
  });
  await writeFiles(root, { "many.jsonl": lines.join("") });
  const jsonl = path.join(root, "many.jsonl");
  const samples = await openTripletFile({ jsonl });
  expect(samples.count).toBe(299_700);
  for (const index of [0, 6, 7, 8, 131_072, 262_143, 262_144, 299_699]) {
    const { id, queryImage } = await samples.read(index);
    expect(queryImage).toBe(`${Number(id.split("#")[1]) - 1}.jpg`);
  }
  await samples.close();
});
