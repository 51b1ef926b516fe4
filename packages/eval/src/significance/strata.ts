import { MegaPairsError } from "@megapairs/spec";

/** The rows of one stratum and what each of them weighs in the score. */
export interface Stratum {
  /** Indexes into the values. */
  readonly rows: readonly number[];
  /** 1 / (strata × rows): the score is the unweighted mean of the means of the strata. */
  readonly weight: number;
}

/** Groups values by stratum, in order of first appearance; all in one where `names` is left out. */
export function strata(
  values: readonly number[],
  names: readonly string[] | undefined,
): readonly Stratum[] {
  const bad = values.findIndex((value) => !Number.isFinite(value));
  if (values.length === 0 || bad !== -1) {
    throw new MegaPairsError(
      "invalid-argument",
      bad === -1
        ? "There is no value."
        : `Value ${bad} is ${values[bad]}; expected a finite number.`,
    );
  }
  if (names !== undefined && names.length !== values.length) {
    throw new MegaPairsError(
      "invalid-argument",
      `There are ${names.length} strata for ${values.length} values; expected one for each.`,
    );
  }
  const rows = Map.groupBy(values.keys(), (index) => names?.[index] ?? "");
  return [...rows.values()].map((one) => ({ rows: one, weight: 1 / (rows.size * one.length) }));
}
