import { parseArgs } from "node:util";
import { MegaPairsError } from "@megapairs/spec";

/** An option of a bench that takes a whole number. */
export interface WholeNumberOption {
  readonly default: number;
  /** Default 1. */
  readonly least?: number | undefined;
}

/**
 * The options of a bench that has none but whole numbers. Throws `invalid-argument` on any other
 * option or number.
 */
export function readWholeNumbers<Name extends string>(
  args: readonly string[],
  options: Readonly<Record<Name, WholeNumberOption>>,
): Readonly<Record<Name, number>> {
  const known = Object.entries<WholeNumberOption>(options);
  const given = readTexts(
    args,
    known.map(([name]) => name),
  );
  const numbers = known.map(([name, option]) => {
    const text = given[name];
    return [name, text === undefined ? option.default : wholeNumber(name, text, option.least)];
  });
  return Object.fromEntries(numbers) as Record<Name, number>;
}

/** A whole number of at least `least` (1), or `invalid-argument` naming the option. */
export function wholeNumber(name: string, text: string, least = 1): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  throw new MegaPairsError(
    "invalid-argument",
    `found --${name} ${text}, expected a whole number of at least ${least}`,
  );
}

function readTexts(
  args: readonly string[],
  names: readonly string[],
): Readonly<Record<string, string | undefined>> {
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" } as const]));
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new MegaPairsError(
      "invalid-argument",
      error instanceof Error ? error.message : String(error),
    );
  }
}
