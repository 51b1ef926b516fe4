import { realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, normalize, relative } from "node:path";
import { MegaPairsError } from "@megapairs/spec";

/**
 * Path of a file that a model refers to. Throws `corrupt-data` for one outside the model's folder,
 * links followed; a model that is a link itself may refer to files beside what it links to, as in
 * the cache of Hugging Face. Whether the file is there is left to whoever reads it.
 */
export async function externalPath(model: string, location: string): Promise<string> {
  const path = join(dirname(model), location);
  const named = normalize(location);
  if (named === "." || !isBelow(named)) refuse(location);
  const found = await realpath(path).catch(() => undefined);
  if (found === undefined) return path;
  const folders = [await realpath(dirname(model)), dirname(await realpath(model))];
  if (!folders.some((folder) => isBelow(relative(folder, found)))) refuse(location, found);
  return path;
}

function isBelow(path: string): boolean {
  return path !== "" && path !== ".." && !/^\.\.[/\\]/.test(path) && !isAbsolute(path);
}

function refuse(location: string, found?: string): never {
  throw new MegaPairsError(
    "corrupt-data",
    `the model refers to "${location}"${found === undefined ? "" : `, which is ${found}`}, expected a file in its own folder`,
  );
}
