import { MegaPairsError } from "@megapairs/spec";
import { readMapping } from "../config/load-config.ts";
import { describeIssues } from "../config/describe-issues.ts";
import embedded from "./demo-plan.json" with { type: "json" };
import { demoPlanSchema } from "./demo-plan.ts";
import type { DemoPlan } from "./demo-plan.ts";

/** Which experiment, and how much of it. */
export interface ChoosePlanOptions {
  /** A file; the embedded one if left out. */
  readonly file?: string | undefined;
  /** All subjects and seeds, not the few that the plan calls short. */
  readonly isFull: boolean;
  /** How many seeds, in place of the plan's. */
  readonly seeds?: number | undefined;
}

/** Reads an experiment. `invalid-argument` naming every wrong key and value, and names that are none. */
export async function choosePlan(options: ChoosePlanOptions): Promise<DemoPlan> {
  const { file, isFull, seeds } = options;
  const source = file ?? "the demo's plan";
  const parsed = demoPlanSchema.safeParse(file === undefined ? embedded : await readMapping(file));
  if (!parsed.success) {
    throw new MegaPairsError("invalid-argument", `${source}: ${describeIssues(parsed.error)}.`);
  }
  const plan = isFull ? parsed.data : shorten(parsed.data);
  checkNames(plan, source);
  return seeds === undefined ? plan : { ...plan, seeds: [...Array(seeds).keys()] };
}

/** The plan with the subjects and seeds that it calls short, and what can be said of them. */
function shorten(plan: DemoPlan): DemoPlan {
  const { short, subjects } = plan;
  const kept = Object.entries(subjects).filter(([name]) => short.subjects.includes(name));
  const isKept = (name: string): boolean => short.subjects.includes(name);
  const used = new Set(kept.flatMap(([, one]) => (one.kind === "triplets" ? [one.mined] : [])));
  const mined = Object.entries(plan.mined).filter(([name], index) => index === 0 || used.has(name));
  return {
    ...plan,
    seeds: short.seeds,
    subjects: Object.fromEntries(kept),
    mined: Object.fromEntries(mined),
    groups: plan.groups.flatMap((group) => {
      const rows = group.rows.filter(({ subject }) => isKept(subject));
      return rows.length > 1 ? [{ ...group, rows }] : [];
    }),
    claims: plan.claims.filter(({ higher, lower }) => isKept(higher) && isKept(lower)),
  };
}

function checkNames(
  { subjects, mined, groups, claims, main, baseline }: DemoPlan,
  source: string,
): void {
  const used = [
    main,
    baseline,
    ...groups.flatMap(({ rows }) => rows.map(({ subject }) => subject)),
    ...claims.flatMap(({ higher, lower }) => [higher, lower]),
  ];
  const ofMined = Object.values(subjects).flatMap((one) =>
    one.kind === "triplets" ? [one.mined] : [],
  );
  const unknown = [
    ...used.filter((name) => !Object.hasOwn(subjects, name)),
    ...ofMined.filter((name) => !Object.hasOwn(mined, name)),
  ];
  if (unknown.length === 0) return;
  throw new MegaPairsError(
    "invalid-argument",
    `${source} names ${unknown.join(", ")}, expected one of ${[...Object.keys(subjects), ...Object.keys(mined)].join(", ")}.`,
  );
}
