import { MegaPairsError } from "@megapairs/spec";
import type { LoraAdapter } from "./lora-model.ts";

/** Names listed in one message. */
const MOST = 8;

/** Which modules to adapt: whole names or their last parts, as in peft; patterns; or all that are linear. */
export type LoraMatch = readonly (string | RegExp)[] | "all-linear";

/** The modules that are meant; `invalid-argument` for a pattern that none fits. */
export function matchModules(
  modules: readonly LoraAdapter[],
  match: LoraMatch,
): readonly LoraAdapter[] {
  if (match === "all-linear") return modules;
  const unused = match.find((pattern) => !modules.some(({ module }) => fits(module, pattern)));
  if (unused !== undefined || match.length === 0) {
    const known = modules.slice(0, MOST).map(({ module }) => module);
    throw new MegaPairsError(
      "invalid-argument",
      `${unused === undefined ? "no pattern is given" : `"${String(unused)}" fits no linear module`}, ` +
        `expected some of ${known.join(", ")}${modules.length > MOST ? ` and ${modules.length - MOST} more` : ""}`,
    );
  }
  return modules.filter(({ module }) => match.some((pattern) => fits(module, pattern)));
}

function fits(module: string, pattern: string | RegExp): boolean {
  if (typeof pattern !== "string") return module.search(pattern) !== -1;
  return module === pattern || module.endsWith(`.${pattern}`);
}
