import { InvalidArgumentError } from "commander";

/** Gathers a flag that may be given several times. */
export function collect(value: string, previous: readonly string[] = []): readonly string[] {
  return [...previous, value];
}

/** Names between commas, at least one. */
export function commaSeparated(value: string): readonly string[] {
  const names = value.split(",").map((name) => name.trim());
  if (names.every((name) => name !== "")) return [...new Set(names)];
  throw new InvalidArgumentError("expected names between commas.");
}

/** A whole number from 0. */
export function wholeNumber(value: string): number {
  return parse(value, 0);
}

/** A whole number from 1. */
export function positiveInteger(value: string): number {
  return parse(value, 1);
}

/** A number above 0. */
export function positiveNumber(value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && Number.isFinite(number) && number > 0) return number;
  throw new InvalidArgumentError("expected a number above 0.");
}

/** A number from 0. */
export function nonNegativeNumber(value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && Number.isFinite(number) && number >= 0) return number;
  throw new InvalidArgumentError("expected a number from 0.");
}

/** A share above 0, at most 1. */
export function share(value: string): number {
  const number = Number(value);
  if (value.trim() !== "" && number > 0 && number <= 1) return number;
  throw new InvalidArgumentError("expected a share above 0, at most 1, such as 0.99.");
}

/** `FIRST,LAST`: two whole numbers from 1. */
export function rankRange(value: string): readonly [number, number] {
  const [first, last, ...rest] = value.split(",").map((part) => parse(part, 1));
  if (first !== undefined && last !== undefined && first <= last && rest.length === 0) {
    return [first, last];
  }
  throw new InvalidArgumentError("expected two ranks such as 10,50.");
}

function parse(value: string, least: number): number {
  const number = Number(value);
  if (value.trim() !== "" && Number.isSafeInteger(number) && number >= least) return number;
  throw new InvalidArgumentError(`expected a whole number from ${least}.`);
}
