import { readFile } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";

/**
 * Reads a label a line, one for each of so many rows; an empty line is no label. `invalid-argument`
 * where the file cannot be read or has another number of lines.
 */
export async function readLabels(
  file: string,
  rows: number,
): Promise<readonly (string | undefined)[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `Cannot read the groups in ${file}.`, { cause });
  }
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  if (lines.length === rows) return lines.map((line) => (line === "" ? undefined : line));
  throw new MegaPairsError(
    "invalid-argument",
    `${file} has ${lines.length} lines, expected ${rows}: the group of each row.`,
  );
}
