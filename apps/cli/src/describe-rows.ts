import { formatCount } from "@megapairs/run";
import { tableWords } from "./table-words.ts";

interface StageRows {
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly rejected: number;
}

/** What a stage gave, for people: `vectors D 600 · I 600, 2 rejected`. */
export function describeRows({ rows, rejected }: StageRows): string {
  const families = new Map<string, string[]>();
  for (const [table, count] of Object.entries(rows)) {
    const { family, relation } = tableWords(table);
    const figure =
      relation === undefined ? formatCount(count) : `${relation} ${formatCount(count)}`;
    families.set(family, [...(families.get(family) ?? []), figure]);
  }
  const parts = [...families].map(([name, figures]) => `${name} ${figures.join(" · ")}`);
  if (rejected > 0) parts.push(`${formatCount(rejected)} rejected`);
  return parts.join(", ");
}
