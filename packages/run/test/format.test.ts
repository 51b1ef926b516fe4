import { formatBytes, formatCount, formatDuration } from "@megapairs/run";
import { describe, expect, it } from "vitest";

describe("formatDuration", () => {
  it.each([
    [0, "0ms"],
    [999.4, "999ms"],
    [999.6, "1.0s"],
    [4240, "4.2s"],
    [9949, "9.9s"],
    [9960, "10s"],
    [59_499, "59s"],
    [59_500, "1m 00s"],
    [65_000, "1m 05s"],
    [7_380_000, "2h 03m"],
    [86_400_000 * 3 + 3_600_000 * 4, "3d 04h"],
    [-1, "?"],
    [Number.POSITIVE_INFINITY, "?"],
    [Number.NaN, "?"],
  ])("%d ms is %s", (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe("formatCount", () => {
  it.each([
    [0, "0"],
    [999, "999"],
    [1234.5, "1,235"],
    [26_235_105, "26,235,105"],
  ])("%d is %s", (count, text) => {
    expect(formatCount(count)).toBe(text);
  });
});

describe("formatBytes", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "1.00 kB"],
    [1424, "1.42 kB"],
    [9994, "9.99 kB"],
    [9996, "10.0 kB"],
    [99_960, "100 kB"],
    [999_499, "999 kB"],
    [999_500, "1.00 MB"],
    [1_424_000_000, "1.42 GB"],
    [5e18, "5000 PB"],
  ])("%d is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
