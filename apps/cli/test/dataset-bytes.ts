import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** SHA-256 of every file of an exported dataset, by name. */
export function datasetBytes(directory: string): Record<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  return Object.fromEntries(
    files.map((file) => [
      file.slice(directory.length + 1),
      createHash("sha256").update(readFileSync(file)).digest("hex"),
    ]),
  );
}
