import { MegaPairsError } from "@megapairs/spec";
import type { MegaPairsErrorCode } from "@megapairs/spec";
import { expect, it } from "vitest";
import { exitCodeOf, explainError } from "../src/exit-code.ts";

const full = new Error("ENOSPC: no space left on device, write");

it.each<[MegaPairsErrorCode, number]>([
  ["invalid-argument", 2],
  ["unsupported", 3],
  ["corrupt-data", 4],
  ["rejected", 5],
  ["overloaded", 5],
  ["unavailable", 5],
  ["invalid-output", 5],
])("%s ends with %i", (code, exitCode) => {
  expect(exitCodeOf(new MegaPairsError(code, "it failed"))).toBe(exitCode);
});

it("tells an interrupt and a bug apart from both", () => {
  expect(exitCodeOf(new DOMException("Interrupted by SIGINT", "AbortError"))).toBe(130);
  expect(exitCodeOf(new TypeError("x is undefined"))).toBe(1);
});

it("tells a training that diverged from other outputs that cannot be", () => {
  const details = { step: 7 };
  const diverged = new MegaPairsError("invalid-output", "a loss of NaN", { details });
  expect(exitCodeOf(diverged)).toBe(7);
});

it("looks for a full disk in the causes, but not for that of a server", () => {
  const here = new MegaPairsError("unavailable", "cannot write the table", { cause: full });
  expect(exitCodeOf(here)).toBe(6);
  expect(explainError(here)).toContain("no space left on the disk");
  const details = { status: 500 };
  const there = new MegaPairsError("unavailable", "HTTP 500", { cause: full, details });
  expect(exitCodeOf(there)).toBe(5);
  expect(explainError(there)).toBe("HTTP 500");
});

it("names the remedy for a stage that was made otherwise", () => {
  const details = { stage: "neighbours" };
  const error = new MegaPairsError("invalid-argument", "was made differently", { details });
  expect(explainError(error)).toBe("was made differently: --redo mine.");
});
