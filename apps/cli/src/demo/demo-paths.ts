import { join } from "node:path";

/** Where things lie in a demo's folder. */
export interface DemoPaths {
  readonly folder: string;
  /** Run directory of a pipeline, by its name in the plan. */
  readonly mined: (name: string) => string;
  /** Folder of benchmarks. */
  readonly benchmark: string;
  /** File of what was measured, by its key. */
  readonly outcome: (key: string) => string;
  /** Folder of work that leads to an outcome; gone when it is there. */
  readonly work: (key: string) => string;
  /** Folder of the main subject's model. */
  readonly model: string;
  readonly results: string;
  readonly page: string;
}

/** Where things lie in a demo's folder. */
export function demoPaths(folder: string): DemoPaths {
  return {
    folder,
    mined: (name) => join(folder, "mined", name),
    benchmark: join(folder, "benchmark"),
    outcome: (key) => join(folder, "outcomes", `${key}.json`),
    work: (key) => join(folder, "work", key),
    model: join(folder, "model"),
    results: join(folder, "results.json"),
    page: join(folder, "report.html"),
  };
}
