import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";

/** Archives by their path below the folder that all of them share. Throws `invalid-argument` on none or a repeated one. */
export function nameArchives(files: readonly string[]): ReadonlyMap<string, string> {
  const resolved = files.map((file) => path.resolve(file));
  if (resolved.length === 0 || new Set(resolved).size < resolved.length) {
    throw new MegaPairsError(
      "invalid-argument",
      `files has ${files.length} archives, expected at least 1 and each once`,
    );
  }
  const folders = resolved.map((file) => path.dirname(file).split(path.sep));
  const [first = []] = folders;
  const differs = first.findIndex((step, index) => folders.some((other) => other[index] !== step));
  const shared = first.slice(0, differs < 0 ? first.length : differs).join(path.sep);
  return new Map(
    resolved.map((file) => [
      path
        .relative(shared || path.sep, file)
        .split(path.sep)
        .join("/"),
      file,
    ]),
  );
}
