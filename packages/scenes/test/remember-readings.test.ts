import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rememberReadings } from "../src/vlm/remember-readings.ts";

function countingReader(): {
  readonly read: (bytes: Uint8Array) => Promise<number>;
  seen: number[];
} {
  const seen: number[] = [];
  const read = async ([value = -1]: Uint8Array): Promise<number> => {
    seen.push(value);
    return value;
  };
  return { read, seen };
}

test("calls for the same bytes at the same time share one reading", async () => {
  const { read, seen } = countingReader();
  const remember = rememberReadings(read, 8);
  const values = await Promise.all([7, 7, 9, 7, 9].map((value) => remember(Uint8Array.of(value))));
  expect(values).toEqual([7, 7, 9, 7, 9]);
  expect(seen).toEqual([7, 9]);
});

test("reads again what was asked for longest ago, as a list in order of use would", async () => {
  const values = fc.array(fc.nat({ max: 9 }), { maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(values, fc.nat({ max: 6 }), async (asked, limit) => {
      const { read, seen } = countingReader();
      const remember = rememberReadings(read, limit);
      const expected: number[] = [];
      let recent: number[] = [];
      for (const value of asked) {
        expect(await remember(Uint8Array.of(value))).toBe(value);
        if (!recent.includes(value)) expected.push(value);
        recent = [value, ...recent.filter((other) => other !== value)].slice(0, limit);
      }
      expect(seen).toEqual(expected);
    }),
  );
});

test("shares a failure with the calls that wait for it and forgets it", async () => {
  let calls = 0;
  const remember = rememberReadings(async () => {
    calls += 1;
    if (calls === 1) throw new Error("unreadable");
    return calls;
  }, 8);
  const bytes = Uint8Array.of(1);
  const outcomes = await Promise.allSettled([remember(bytes), remember(bytes)]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await remember(bytes)).toBe(2);
  expect(await remember(bytes)).toBe(2);
});
