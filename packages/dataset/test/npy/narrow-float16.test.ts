import * as fc from "fast-check";
import { expect, test } from "vitest";
import { narrowFloat16 } from "../../src/npy/narrow-float16.ts";

test("narrowFloat16 rounds as the machine does", () => {
  const bits = (value: number): number => new Uint16Array(new Float16Array([value]).buffer)[0]!;
  const edges = [
    0,
    -0,
    1,
    -1,
    65_504,
    65_519,
    65_520,
    2 ** -24,
    2 ** -25,
    1.5 * 2 ** -24,
    Infinity,
  ];
  for (const value of edges) expect(narrowFloat16(value)).toBe(bits(value));
  fc.assert(
    fc.property(
      fc.float({ noNaN: true }),
      fc.double({ min: -2, max: 2, noNaN: true }),
      (any, near) => {
        expect(narrowFloat16(any)).toBe(bits(any));
        expect(narrowFloat16(Math.fround(near))).toBe(bits(Math.fround(near)));
      },
    ),
    { numRuns: 2000 },
  );
});
