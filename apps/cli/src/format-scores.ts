import type { BootstrapInterval, EvalReport, ScoreResult } from "@megapairs/eval";

/** Scores as people read them: percent, each with its 95 % interval, then the groups and the notes. */
export function formatScores(
  {
    title,
    rule,
    scores,
    groups,
    headline,
    notes,
  }: Pick<ScoreResult, "title" | "rule" | "scores" | "groups" | "headline" | "notes">,
  intervals: Readonly<Record<string, BootstrapInterval>>,
  ofGroups: Readonly<Record<string, BootstrapInterval>>,
): string {
  const longest = Math.max(6, ...Object.keys(scores).map(({ length }) => length)) + 2;
  const rows = Object.entries(scores).map(([name, score]) => {
    const { lower, upper } = intervals[name]!;
    return `  ${name.padEnd(longest)}${percent(score)}   95 %: ${percent(lower)} to ${percent(upper)}`;
  });
  const width = Math.max(0, ...Object.keys(groups).map(({ length }) => length)) + 2;
  const groupRows = Object.entries(groups).map(([name, values]) => {
    const numbers = Object.entries(values).map(([metric, score]) => `${metric} ${percent(score)}`);
    const { lower, upper } = ofGroups[name]!;
    const range = `95 % of ${headline}: ${percent(lower)} to ${percent(upper)}`;
    return `  ${name.padEnd(width)}${numbers.join("  ")}   ${range}`;
  });
  return [
    title,
    `rule: ${rule}`,
    "",
    ...rows,
    ...(groupRows.length > 0 ? ["", ...groupRows] : []),
    ...(notes.length > 0 ? ["", ...notes] : []),
  ].join("\n");
}

/** A run's report in the same form, with its warnings and what the two sides score alone. */
export function formatReport(report: EvalReport): string {
  const { scores: intervals, shortcuts, warnings } = report;
  const scores = Object.fromEntries(
    Object.entries(intervals).map(([name, { mean }]) => [name, mean]),
  );
  const sides = shortcuts === undefined ? [] : ["", ...describeShortcuts(shortcuts)];
  return [
    formatScores({ ...report, scores }, intervals, report.groupIntervals),
    ...sides,
    ...warnings.map((warning) => `Warning: ${warning}`),
  ].join("\n");
}

function describeShortcuts({
  metric,
  scores,
  needsBoth,
  shareThatNeedsBoth = 0,
}: NonNullable<EvalReport["shortcuts"]>): string[] {
  const rows = Object.entries({ ...scores, "needs both": needsBoth }).map(
    ([name, { mean, lower, upper }]) =>
      `  ${name.padEnd(12)}${percent(mean)}   95 %: ${percent(lower)} to ${percent(upper)}`,
  );
  return [
    `${metric} by picture and text, and by either alone; ${percent(shareThatNeedsBoth).trim()} % of the score needs both`,
    ...rows,
  ];
}

function percent(share: number): string {
  return (share * 100).toFixed(2).padStart(6);
}
