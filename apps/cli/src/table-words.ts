const FAMILY = /^(embeddings|neighbours|near_duplicates)_([A-Za-z0-9-]+?)(?:_[0-9a-f]{8})?$/;
const WORDS: Readonly<Record<string, string>> = {
  embeddings: "vectors",
  neighbours: "neighbour lists",
  near_duplicates: "lists of near duplicates",
};

/** What the rows of a table are, for people, and of which relation. */
export function tableWords(table: string): {
  readonly family: string;
  readonly relation: string | undefined;
} {
  const [, family, relation] = FAMILY.exec(table) ?? [];
  return { family: family === undefined ? table : (WORDS[family] ?? family), relation };
}
