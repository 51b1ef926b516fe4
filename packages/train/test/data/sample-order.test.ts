import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";

import { sampleOrder } from "../../src/data/sample-order.ts";

function wholeOrder(count: number, seed: number, epoch: number): readonly number[] {
  const order = sampleOrder({ count, seed, epoch });
  return Array.from({ length: count }, (_, place) => order.at(place));
}

test("every sample is at one place, for any size, seed and epoch", () => {
  const settings = [
    integer({ min: 1, max: 3000 }),
    integer({ min: -(2 ** 40), max: 2 ** 40 }),
    integer({ min: 0, max: 1e6 }),
  ] as const;
  assert(
    property(...settings, (count, seed, epoch) => {
      const order = wholeOrder(count, seed, epoch);
      expect(new Set(order).size).toBe(count);
      expect(Math.max(...order)).toBe(count - 1);
      expect(Math.min(...order)).toBe(0);
    }),
  );
});

/** Checkpoints name places in these orders: a change of them is a change of the format. */
const PINNED = {
  ten: [5, 9, 8, 3, 0, 6, 4, 1, 2, 7],
  megapairs: [20_377_247, 24_920_258, 20_264_481, 3_725_694],
};

test("an order is what it always was", () => {
  expect(wholeOrder(10, 1, 0)).toEqual(PINNED.ten);
  const megapairs = sampleOrder({ count: 26_235_105, seed: 7, epoch: 3 });
  expect([0, 1, 2, 26_235_104].map((place) => megapairs.at(place))).toEqual(PINNED.megapairs);
});

test("orders of a large set are without repeats, and without a trace of the natural order", () => {
  const count = 26_235_105;
  const order = sampleOrder({ count, seed: 5, epoch: 1 });
  const places = Array.from({ length: 100_000 }, (_, place) => order.at(place));
  expect(new Set(places).size).toBe(places.length);
  expect(places.every((index) => index >= 0 && index < count)).toBe(true);
  const deviations = places.map((index) => index / count - 0.5);
  const mean = deviations.reduce((sum, value) => sum + value, 0) / places.length;
  const product = deviations.reduce((sum, value, at) => sum + value * (deviations[at + 1] ?? 0), 0);
  expect(Math.abs(mean)).toBeLessThan(4 * Math.sqrt(1 / 12 / places.length));
  expect(Math.abs(product / places.length)).toBeLessThan(4 / 12 / Math.sqrt(places.length));
});

test("over many seeds and epochs every sample is at every place equally often", () => {
  const [count, rounds] = [7, 7000];
  for (const settings of [
    (round: number) => ({ seed: round, epoch: 0 }),
    (round: number) => ({ seed: 1, epoch: round }),
  ]) {
    const seen = Array.from({ length: count * count }, () => 0);
    for (let round = 0; round < rounds; round += 1) {
      const order = sampleOrder({ count, ...settings(round) });
      for (let place = 0; place < count; place += 1) seen[place * count + order.at(place)]! += 1;
    }
    const expected = rounds / count;
    const chiSquare = seen.reduce((sum, times) => sum + (times - expected) ** 2 / expected, 0);
    expect(chiSquare).toBeLessThan(36 + 4 * Math.sqrt(2 * 36)); // 36 degrees of freedom
  }
});

test("all 24 orders of four samples come up", () => {
  const orders = new Set(Array.from({ length: 500 }, (_, seed) => wholeOrder(4, seed, 0).join()));
  expect(orders.size).toBe(24);
});

test("settings and places out of range are refused", () => {
  for (const settings of [
    { count: 0, seed: 1, epoch: 0 },
    { count: 2 ** 49, seed: 1, epoch: 0 },
    { count: 5, seed: 0.5, epoch: 0 },
    { count: 5, seed: 1, epoch: -1 },
  ]) {
    expect(() => sampleOrder(settings)).toThrow(
      expect.objectContaining({ code: "invalid-argument" }) as Error,
    );
  }
  for (const place of [-1, 5, 0.5]) {
    expect(() => sampleOrder({ count: 5, seed: 1, epoch: 0 }).at(place)).toThrow(
      "expected a whole number in 0..4",
    );
  }
});
