import { readFile } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";

/**
 * The JSON in a file. Rejects with `invalid-argument` where it cannot be read, `corrupt-data` where
 * it is no JSON, both naming the path.
 */
export async function readJsonFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `cannot read the file ${path}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MegaPairsError("corrupt-data", `${path} holds no JSON`, { cause });
  }
}
