import { join } from "node:path";
import { stat } from "node:fs/promises";
import { readTriplets } from "@megapairs/eval";
import type { Benchmark } from "@megapairs/eval";
import { createComposedBenchmark, writeComposedBenchmark } from "@megapairs/scenes";
import type { ComposedBenchmark } from "@megapairs/scenes";
import type { DemoPlan } from "./demo-plan.ts";

/** What {@link prepareBenchmark} makes, and where. */
export interface PrepareBenchmarkOptions {
  readonly settings: DemoPlan["benchmark"];
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** The held-out benchmark as it was made, and as `megapairs eval run triplets` reads it. */
export interface PreparedBenchmark {
  readonly settings: DemoPlan["benchmark"];
  readonly made: ComposedBenchmark;
  readonly benchmark: Benchmark;
  /** Folder of its pictures. */
  readonly images: string;
}

/** Writes the held-out benchmark into a folder, unless it is there, and reads it. */
export async function prepareBenchmark(
  options: PrepareBenchmarkOptions,
): Promise<PreparedBenchmark> {
  const { settings, folder, signal } = options;
  const { seed, renderings, queries } = settings;
  // Other settings are another benchmark: an earlier one stays for outcomes that have it.
  const images = join(folder, `${seed}-${renderings}-${queries}`);
  const made = createComposedBenchmark(settings);
  const file = join(images, "set.jsonl");
  if ((await stat(file).catch(() => undefined)) === undefined) {
    await writeComposedBenchmark({ benchmark: made, folder: images, name: "one object", signal });
  }
  return { settings, made, benchmark: await readTriplets({ file }), images };
}
