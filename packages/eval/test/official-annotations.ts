import { existsSync } from "node:fs";
import { join } from "node:path";

/** Folder with the official annotation files of all benchmarks; not part of the repository. */
export const official: string = join(import.meta.dirname, "../../../../shared/data/benchmarks");

/** Why tests over the official files do not run; undefined where they do. */
export const withoutOfficial: string | undefined = existsSync(official)
  ? undefined
  : "skipped: ../shared/data/benchmarks is absent";
