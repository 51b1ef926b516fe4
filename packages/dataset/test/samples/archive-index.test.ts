import { assert, nat, property, string } from "fast-check";
import { expect, test } from "vitest";

import { createArchiveIndex } from "../../src/samples/archive-index.ts";

test("what was added is found, first come first kept, and nothing else", () => {
  const index = createArchiveIndex();
  const known = new Map<string, { archive: number; offset: number }>();
  assert(
    property(string(), nat(60_000), nat(2 ** 31), (path, archive, block) => {
      const place = { archive, offset: block * 512 };
      expect(index.add(path, place)).toBe(!known.has(path));
      if (!known.has(path)) known.set(path, place);
    }),
    { numRuns: 3000 },
  );
  expect(index.size).toBe(known.size);
  for (const [path, place] of known) expect(index.find(path)).toEqual(place);
  assert(
    property(string(), (path) => {
      expect(index.find(path)).toEqual(known.get(path));
    }),
  );
});

test("it grows: a hundred thousand paths, places beyond 4 GiB", () => {
  const index = createArchiveIndex();
  for (let entry = 0; entry < 100_000; entry += 1) {
    index.add(`images/${entry}.jpg`, { archive: entry % 7, offset: entry * 512 * 40_000 });
  }
  expect(index.size).toBe(100_000);
  for (const entry of [0, 1, 767, 768, 99_999]) {
    const place = { archive: entry % 7, offset: entry * 512 * 40_000 };
    expect(index.find(`images/${entry}.jpg`)).toEqual(place);
  }
  expect(index.find("images/100000.jpg")).toBeUndefined();
});
