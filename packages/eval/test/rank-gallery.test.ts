import { rankGallery } from "@megapairs/eval";
import * as fc from "fast-check";
import { expect, it, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

/** Unit vectors on a coarse grid, so that equal rows and ties are many. */
const unit = (dimensions: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.integer({ min: -2, max: 2 }), { minLength: dimensions, maxLength: dimensions })
    .filter((values) => values.some((value) => value !== 0))
    .map((values) => {
      const norm = Math.hypot(...values);
      return Float32Array.from(values, (value) => value / norm);
    });

const stack = (rows: readonly Float32Array[]): Float32Array =>
  Float32Array.from(rows.flatMap((row) => [...row]));

const score = (one: Float32Array, other: Float32Array): number =>
  Math.fround(one.reduce((sum, value, at) => sum + value * other[at]!, 0));

it("ranks as a full sort of exact scores does, ties by the order given", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(unit(4), { minLength: 1, maxLength: 5 }),
      fc.array(unit(4), { minLength: 1, maxLength: 300 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 120 }),
      async (queries, gallery, depth, tileRows) => {
        const tie = (query: number, row: number): number => (row * 7919 + query) % 1009;
        const ranked = await rankGallery({
          queries: stack(queries),
          gallery: stack(gallery),
          dimensions: 4,
          depth,
          tileRows,
          tie,
          threads: 1,
        });
        for (const [query, { rows, scores }] of ranked.entries()) {
          const exact = gallery.map((row) => score(queries[query]!, row));
          const slow = [...gallery.keys()].toSorted(
            (one, other) => exact[other]! - exact[one]! || tie(query, one) - tie(query, other),
          );
          const best = slow.slice(0, depth);
          // Sums of four products in another order may differ in the last bit, and so may ties by it.
          expect([...scores].map((value) => value.toFixed(5))).toEqual(
            best.map((row) => exact[row]!.toFixed(5)),
          );
          const clear = best.filter((row) =>
            gallery.every(
              (_, other) => other === row || Math.abs(exact[other]! - exact[row]!) > 1e-6,
            ),
          );
          for (const row of clear) expect(rows[best.indexOf(row)]).toBe(row);
        }
      },
    ),
    { numRuns: 12 },
  );
});

it("breaks ties among equal vectors by the order given, however many there are", async () => {
  const gallery = new Float32Array(2000 * 3);
  for (let row = 0; row < 2000; row += 1) gallery[row * 3 + 1] = 1;
  const [ranked] = await rankGallery({
    queries: Float32Array.of(0.6, 0.8, 0),
    gallery,
    dimensions: 3,
    depth: 4,
    tileRows: 64,
    tie: (_, row) => (row * 1009) % 2000,
    threads: 1,
  });
  const expected = Array.from({ length: 2000 }, (_, row) => row)
    .toSorted((one, other) => ((one * 1009) % 2000) - ((other * 1009) % 2000))
    .slice(0, 4);
  expect([...ranked!.rows]).toEqual(expected);
  expect([...ranked!.scores]).toEqual(Array.from({ length: 4 }, () => Math.fround(0.8)));
});

it("is the same, to the bit, with other tiles and threads", async () => {
  let state = 1;
  const draw = (): number => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647 - 0.5;
  };
  const vectors = (count: number): Float32Array => {
    const all = Float32Array.from({ length: count * 16 }, draw);
    for (let start = 0; start < all.length; start += 16) {
      const row = all.subarray(start, start + 16);
      const norm = Math.hypot(...row);
      for (let column = 0; column < 16; column += 1) row[column]! /= norm;
    }
    return all;
  };
  const matrices = { queries: vectors(37), gallery: vectors(1500), dimensions: 16, depth: 25 };
  const one = await rankGallery({ ...matrices, tileRows: 33, threads: 1 });
  const other = await rankGallery({ ...matrices, tileRows: 4096, threads: 2 });
  expect(one).toEqual(other);
});

it("refuses NaN, rows that are no unit vectors, and a depth below 1", async () => {
  const good = {
    queries: Float32Array.of(1, 0),
    gallery: Float32Array.of(0, 1),
    dimensions: 2,
    depth: 1,
  };
  await expect(rankGallery({ ...good, queries: Float32Array.of(Number.NaN, 0) })).rejects.toThrow(
    "Row 0 of the queries has norm NaN",
  );
  await expect(rankGallery({ ...good, gallery: Float32Array.of(0, 1, 1, 1) })).rejects.toThrow(
    "Row 1 of the gallery has norm 1.41",
  );
  await expect(rankGallery({ ...good, gallery: Float32Array.of(1) })).rejects.toThrow("1 values");
  await expect(rankGallery({ ...good, depth: 0 })).rejects.toThrow("depth is 0");
});
