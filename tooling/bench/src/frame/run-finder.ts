import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runJsonProcess } from "./run-json-process.ts";

/** What one pass took, without reading files and a little work to warm up. */
export interface FinderMeasurement {
  /** By the clock on the wall. */
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
  /** Most memory the process ever had resident, the vectors included. */
  readonly peakMiB: number;
  /** What else is worth knowing: versions, parts of the time, and what its search was tuned to. */
  readonly facts?:
    | (Readonly<Record<string, unknown>> & { readonly parameter?: number | null | undefined })
    | undefined;
}

/** A pass of one contender and what it found. */
export interface FinderPass {
  readonly measurement: FinderMeasurement;
  /** Raw `[queries, k]` rows found, -1 where there are fewer; all -1 of a contender that only multiplies. */
  readonly found: Int32Array;
}

/** A pass of a contender that finds rows: neighbours, or candidates of a ranking. */
export interface FinderSettings {
  /** As {@link runJsonProcess} takes it; it gets `{ name, work, found }`, the last a path. */
  readonly program: string;
  readonly name: string;
  readonly work: { readonly threads: number; readonly k: number };
  /** Rows of `k` that it writes to `found`, raw int32. */
  readonly queries: number;
  /** Ends it after so long; unbounded by default. */
  readonly timeoutSeconds?: number | undefined;
}

/**
 * Runs one pass in a process of its own, Python programs in the Python that `MEGAPAIRS_PYTHON` names,
 * else `python3`. Rejects with the last line that the process said.
 */
export async function runFinder(settings: FinderSettings): Promise<FinderPass> {
  const { program, name, work, queries, timeoutSeconds } = settings;
  const folder = await mkdtemp(join(tmpdir(), "megapairs-bench-"));
  try {
    const file = join(folder, "found.i32");
    const request = { name, work, found: file };
    const { threads } = work;
    const said = await runJsonProcess({ program, request, threads, timeoutSeconds });
    const bytes = await readFile(file);
    const found = new Int32Array(bytes.buffer, bytes.byteOffset, queries * work.k);
    return { measurement: said as FinderMeasurement, found };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
