import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { RankerName, RankMeasurement, RankWork } from "./rank-work.ts";

const run = promisify(execFile);

/** A pass of one contender and what it found. */
export interface RankerPass {
  readonly measurement: RankMeasurement;
  /** Raw `[queries, k]` rows found; all -1 of a contender that only multiplies. */
  readonly found: Int32Array;
}

/**
 * Runs one pass in a process of its own. faiss runs in the Python that `MEGAPAIRS_PYTHON` names, else
 * `python3`. Rejects with the last line that the process said.
 */
export async function runRanker(name: RankerName, work: RankWork): Promise<RankerPass> {
  const folder = await mkdtemp(join(tmpdir(), "megapairs-bench-"));
  try {
    const file = join(folder, "found.i32");
    const request = JSON.stringify({ name, work, found: file });
    const [program, ...args] = commandOf(name);
    const { stdout } = await run(program, [...args, request], {
      env: { ...process.env, OMP_NUM_THREADS: String(work.threads) },
    });
    const bytes = await readFile(file);
    const found = new Int32Array(bytes.buffer, bytes.byteOffset, work.queries * work.k);
    const measurement: RankMeasurement = JSON.parse(stdout);
    return { measurement, found };
  } catch (error) {
    throw new Error(lastLine(error), { cause: error });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function commandOf(name: RankerName): [string, ...string[]] {
  if (name === "faiss") {
    const script = fileURLToPath(new URL("./faiss-rank.py", import.meta.url));
    return [process.env["MEGAPAIRS_PYTHON"] ?? "python3", script];
  }
  const program = fileURLToPath(new URL("./ranker-main.ts", import.meta.url));
  return [process.execPath, ...process.execArgv, program];
}

function lastLine(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  const text = said === "" && error instanceof Error ? error.message : said;
  return text.split("\n").at(-1) ?? "it failed";
}
