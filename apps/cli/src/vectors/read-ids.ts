import { readFile } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";

/**
 * Reads one id a line, as `megapairs embed` writes them. `invalid-argument` where that is not possible,
 * an id is empty or comes twice.
 */
export async function readIds(file: string): Promise<readonly string[]> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `Cannot read the ids in ${file}.`, { cause });
  }
  const ids = text.split(/\r?\n/);
  if (ids.at(-1) === "") ids.pop();
  const lineOf = new Map<string, number>();
  for (const [index, id] of ids.entries()) {
    const line = index + 1;
    if (id === "") {
      throw new MegaPairsError(
        "invalid-argument",
        `${file}, line ${line} is empty, expected an id.`,
      );
    }
    const earlier = lineOf.get(id);
    if (earlier !== undefined) {
      throw new MegaPairsError(
        "invalid-argument",
        `${file}, line ${line} repeats the id ${id} of line ${earlier}.`,
      );
    }
    lineOf.set(id, line);
  }
  return ids;
}
