import type { BootstrapInterval, ScoreResult } from "@megapairs/eval";

/** Scores as people read them: percent, each with its 95 % interval, then the groups and the notes. */
export function formatScores(
  { title, rule, scores, groups, notes }: ScoreResult,
  intervals: Readonly<Record<string, BootstrapInterval>>,
): string {
  const rows = Object.entries(scores).map(([name, score]) => {
    const { lower, upper } = intervals[name]!;
    return `  ${name.padEnd(8)}${percent(score)}   95 %: ${percent(lower)} to ${percent(upper)}`;
  });
  const width = Math.max(0, ...Object.keys(groups).map(({ length }) => length)) + 2;
  const groupRows = Object.entries(groups).map(
    ([name, values]) =>
      `  ${name.padEnd(width)}${Object.entries(values)
        .map(([metric, score]) => `${metric} ${percent(score)}`)
        .join("  ")}`,
  );
  return [
    title,
    `rule: ${rule}`,
    "",
    ...rows,
    ...(groupRows.length > 0 ? ["", ...groupRows] : []),
    ...(notes.length > 0 ? ["", ...notes] : []),
  ].join("\n");
}

function percent(share: number): string {
  return (share * 100).toFixed(2).padStart(6);
}
