import type { z } from "zod";

/** What is wrong with settings, every key and value: `mine.hardNegatives: expected number`. */
export function describeIssues({ issues }: z.ZodError): string {
  return issues.map((issue) => describeIssue(issue, [])).join("; ");
}

function describeIssue(issue: z.core.$ZodIssue, parents: readonly PropertyKey[]): string {
  const path = [...parents, ...issue.path];
  const nearest = issue.code === "invalid_union" ? nearestBranch(issue.errors) : [];
  if (nearest.length > 0) return nearest.map((inner) => describeIssue(inner, path)).join("; ");
  const where = path.length === 0 ? "the file" : path.map(String).join(".");
  return `${where}: ${issue.message}`;
}

/** Of the forms that a value could have, the one that it got into furthest; none where it is none of them. */
function nearestBranch(
  branches: readonly (readonly z.core.$ZodIssue[])[],
): readonly z.core.$ZodIssue[] {
  return branches.find((issues) => issues.every(isInside)) ?? [];
}

function isInside({ code, path }: z.core.$ZodIssue): boolean {
  return path.length > 0 || code === "unrecognized_keys";
}
