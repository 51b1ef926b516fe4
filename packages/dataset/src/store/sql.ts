/** A string literal of LanceDB's SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A column name of LanceDB's SQL, which would otherwise fold it to lower case. */
export function column(name: string): string {
  return `\`${name}\``;
}

/** `column = 'text'`. */
export function equals(name: string, text: string): string {
  return `${column(name)} = ${literal(text)}`;
}

/** `column IN ('a', 'b')`; false for no values. */
export function isIn(name: string, texts: readonly string[]): string {
  if (texts.length === 0) return "false";
  return `${column(name)} IN (${texts.map(literal).join(",")})`;
}
