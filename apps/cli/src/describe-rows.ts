import { formatCount } from "@megapairs/run";

interface StageRows {
  /** By table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly rejected: number;
}

const FAMILY = /^(embeddings|neighbours|near_duplicates)_([A-Za-z0-9-]+?)(?:_[0-9a-f]{8})?$/;
const WORDS: Readonly<Record<string, string>> = {
  embeddings: "vectors",
  neighbours: "neighbour lists",
  near_duplicates: "lists of near duplicates",
};

/** What a stage gave, for people: `vectors D 600 · I 600, 2 rejected`. */
export function describeRows({ rows, rejected }: StageRows): string {
  const families = new Map<string, string[]>();
  for (const [table, count] of Object.entries(rows)) {
    const [, family, relation] = FAMILY.exec(table) ?? [];
    const name = family === undefined ? table : (WORDS[family] ?? family);
    const figure =
      relation === undefined ? formatCount(count) : `${relation} ${formatCount(count)}`;
    families.set(name, [...(families.get(name) ?? []), figure]);
  }
  const parts = [...families].map(([name, figures]) => `${name} ${figures.join(" · ")}`);
  if (rejected > 0) parts.push(`${formatCount(rejected)} rejected`);
  return parts.join(", ");
}
