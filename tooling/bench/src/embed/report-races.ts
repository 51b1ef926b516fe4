import type { BenchReport } from "../frame/bench.ts";
import { formatTable } from "../frame/format-table.ts";
import { median } from "../frame/median.ts";
import type { ContenderName, Measurement } from "./contender.ts";
import type { RaceResult } from "./race.ts";

/** A race and what was raced with. */
export interface Race {
  readonly title: string;
  /** Appended to the names of this race's ratios. */
  readonly suffix: string;
  readonly result: RaceResult;
}

/** What was the same in all races. */
export interface RaceSettings {
  readonly threads: number;
  readonly batchSize: number;
  readonly rounds: number;
  /** Images. */
  readonly count: number;
  /** Which images. */
  readonly images: string;
}

const DESCRIPTIONS: Readonly<Record<ContenderName, string>> = {
  megapairs: "megapairs: files to vectors",
  "ready-tensors": "ready tensors: the model alone",
  "transformers.js": "transformers.js: files to vectors",
};

/** Puts races into a table and into numbers. */
export function reportRaces(races: readonly Race[], settings: RaceSettings): BenchReport {
  const { threads, batchSize, rounds, count, images } = settings;
  const ratios: Record<string, number> = {};
  const absent: Record<string, string> = {};
  for (const { suffix, result } of races) {
    for (const [name, ratio] of ratiosOf(result)) ratios[`${name}${suffix}`] = ratio;
    Object.assign(absent, result.absent);
  }
  const intro = `embed: ${count} images (${images}), batch ${batchSize}, ${threads} threads, medians of ${rounds} rounds`;
  return {
    table: [intro, ...races.map((one) => tableOf(one, count))].join("\n\n"),
    ratios,
    absent,
    settings: {
      ...settings,
      models: races.map(({ title }) => title),
      facts: races[0]?.result.facts,
    },
    runs: races.flatMap(({ title, result }) =>
      [...result.measured].map(([contender, rows]) => ({
        model: title,
        contender,
        imagesPerSecond: imagesPerSecond(rows, count),
        cpuMsPerImage: cpuMsPerImage(rows, count),
        seconds: rows.map((row) => row.seconds),
        cpuSeconds: rows.map((row) => row.cpuSeconds),
        peakMiB: Math.max(...rows.map((row) => row.peakMiB)),
      })),
    ),
    checks: Object.fromEntries(
      races.map(({ title, result }) => [
        title,
        { cosineToOurs: result.agreement, cosineOfDifferentImages: result.neighbours },
      ]),
    ),
  };
}

/** Ours ÷ peer in images a second, for each round; the median of the rounds. */
function ratiosOf({ measured }: RaceResult): ReadonlyMap<ContenderName, number> {
  const ours = measured.get("megapairs") ?? [];
  const peers = [...measured].filter(([name]) => name !== "megapairs");
  return new Map(
    peers.map(([name, rows]) => [
      name,
      median(rows.map(({ seconds }, round) => seconds / (ours[round]?.seconds ?? Number.NaN))),
    ]),
  );
}

function tableOf({ title, result }: Race, count: number): string {
  const ratios = ratiosOf(result);
  const rows = [...result.measured].map(([name, measured]) => [
    DESCRIPTIONS[name],
    imagesPerSecond(measured, count).toFixed(1),
    cpuMsPerImage(measured, count).toFixed(1),
    Math.max(...measured.map(({ peakMiB }) => peakMiB)).toFixed(0),
    ratios.get(name)?.toFixed(2) ?? "",
    result.agreement[name]?.least.toFixed(5) ?? "",
  ]);
  const absent = Object.entries(result.absent).map(([name, why]) => `${name} is absent: ${why}`);
  const { mean } = result.neighbours;
  return [
    title,
    formatTable([
      ["", "images/s", "CPU ms/image", "peak MiB", "ours ÷ it", "least cosine to ours"],
      ...rows,
    ]),
    ...absent,
    `(vectors of different images have a cosine of ${mean.toFixed(3)} on average)`,
  ].join("\n");
}

function imagesPerSecond(rows: readonly Measurement[], count: number): number {
  return count / median(rows.map(({ seconds }) => seconds));
}

function cpuMsPerImage(rows: readonly Measurement[], count: number): number {
  return (1000 * median(rows.map(({ cpuSeconds }) => cpuSeconds))) / count;
}
