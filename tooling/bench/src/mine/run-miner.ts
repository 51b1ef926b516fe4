import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runJsonProcess } from "../frame/run-json-process.ts";
import type { MineMeasurement, MinerName, MineWork } from "./mine-work.ts";

/** A pass of one contender and what it found. */
export interface MinerPass {
  readonly measurement: MineMeasurement;
  /** Raw `[rows, k]` rows found, -1 where there are fewer; all -1 of a contender that only multiplies. */
  readonly found: Int32Array;
}

/**
 * Runs one pass in a process of its own. faiss runs in the Python that `MEGAPAIRS_PYTHON` names, else
 * `python3`. Rejects with the last line that the process said.
 */
export async function runMiner(name: MinerName, work: MineWork): Promise<MinerPass> {
  const folder = await mkdtemp(join(tmpdir(), "megapairs-bench-"));
  try {
    const file = join(folder, "found.i32");
    const request = { name, work, found: file };
    const { threads } = work;
    const said = await runJsonProcess({ program: programOf(name), request, threads });
    const bytes = await readFile(file);
    const found = new Int32Array(bytes.buffer, bytes.byteOffset, work.rows * work.k);
    return { measurement: said as MineMeasurement, found };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function programOf(name: MinerName): string {
  const file = name === "faiss" ? "./faiss-join.py" : "./miner-main.ts";
  return fileURLToPath(new URL(file, import.meta.url));
}
