import type { DemoPlan } from "../demo-plan.ts";

/** What readers know a subject as: its name in the first group that has it. */
export function labelOf({ groups }: Pick<DemoPlan, "groups">, subject: string): string {
  for (const { rows } of groups) {
    const row = rows.find((one) => one.subject === subject);
    if (row !== undefined) return row.name;
  }
  return subject;
}
