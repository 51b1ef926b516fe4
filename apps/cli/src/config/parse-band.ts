import { MegaPairsError } from "@megapairs/spec";

/** Reads `LOWER,UPPER`. `invalid-argument` on anything but two numbers. */
export function parseBand(text: string): readonly [number, number] {
  const [lower = "", upper = "", ...rest] = text.split(",");
  const band = [Number(lower), Number(upper)] as const;
  const isWhole = lower.trim() !== "" && upper.trim() !== "" && rest.length === 0;
  if (isWhole && band.every(Number.isFinite)) return band;
  throw new MegaPairsError(
    "invalid-argument",
    `--band ${text}: expected two numbers such as 0.8,0.96.`,
  );
}
