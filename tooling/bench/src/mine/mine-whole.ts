import { fileURLToPath } from "node:url";
import type { BenchReport } from "../frame/bench.ts";
import { formatTable } from "../frame/format-table.ts";
import { runJsonProcess } from "../frame/run-json-process.ts";

/** Options of {@link mineWhole}. */
export interface MineWholeOptions {
  readonly rows: number;
  readonly dimensions: number;
  readonly k: number;
  readonly threads: number;
  readonly recall: number;
  /** Encoders, each with vectors of its own. */
  readonly relations: number;
  readonly lower: number;
  readonly upper: number;
}

interface WholeMeasurement {
  readonly phases: readonly {
    readonly name: string;
    readonly seconds: number;
    readonly cpuSeconds: number;
    readonly residentMiB: number;
  }[];
  readonly pairs: number;
  readonly peakMiB: number;
}

const PROGRAM = fileURLToPath(new URL("./whole-main.ts", import.meta.url));

/** From vectors of several encoders to pairs with hard negatives, phase by phase. */
export async function mineWhole(options: MineWholeOptions): Promise<BenchReport> {
  const { rows, dimensions, k, relations, recall, threads } = options;
  const said = await runJsonProcess({ program: PROGRAM, request: options, threads });
  const measurement = said as WholeMeasurement;
  const table = [
    `mine: ${rows} x ${dimensions} under ${relations} encoders, k = ${k}, recall ${recall}, ${threads} threads`,
    formatTable([
      ["", "seconds", "CPU s", "resident MiB"],
      ...measurement.phases.map(({ name, seconds, cpuSeconds, residentMiB }) => [
        name,
        seconds.toFixed(1),
        cpuSeconds.toFixed(1),
        residentMiB.toFixed(0),
      ]),
    ]),
    `${measurement.pairs} pairs; at most ${measurement.peakMiB.toFixed(0)} MiB resident`,
  ].join("\n");
  return { table, ratios: {}, absent: {}, settings: options, runs: [measurement], checks: {} };
}
