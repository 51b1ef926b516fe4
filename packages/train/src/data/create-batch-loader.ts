import { availableParallelism } from "node:os";

import { MegaPairsError } from "@megapairs/spec";
import type { RejectRecord } from "@megapairs/spec";

import type { BatchLoader, BatchLoaderSettings, LoadedBatch } from "./batch-loader.ts";
import type { DrawnSample } from "./draw-sample.ts";
import { positionAfter, visitsBefore } from "./loader-position.ts";
import { createPictureCache } from "./picture-cache.ts";
import type { PreparedPicture } from "./pixel-messages.ts";
import { PixelPool } from "./pixel-pool.ts";
import { planBatch } from "./plan-batch.ts";
import { readAhead } from "./read-ahead.ts";
import { sampleOrder } from "./sample-order.ts";
import type { SampleOrder } from "./sample-order.ts";
import { visitSample } from "./visit-sample.ts";
import type { Visit } from "./visit-sample.ts";

/** An hour, the most that the decoder takes: no file within the other limits needs seconds. */
const DECODING_MS = 3_600_000;

/**
 * Creates a {@link BatchLoader}.
 *
 * A batch is a pure function of the settings, the data and its position, whatever the threads do:
 * samples come in a seeded order of each epoch, those that cannot be used are skipped and the next
 * take their places, and a batch ends after `batchSize` of them, if need be in the next epoch. So
 * every sample is visited once an epoch; one that comes late in an epoch and early in the next may be
 * in one batch twice, as two queries with one positive, which are no negatives of each other.
 *
 * Throws `invalid-argument` on an empty set, a batch larger than the set, or a setting out of range.
 */
export function createBatchLoader(settings: BatchLoaderSettings): BatchLoader {
  const { samples, batchSize, hardNegatives, seed, preprocessing, collate } = settings;
  const { falseNegatives = "mask", maxSkipped = 10_000, prefetch = batchSize } = settings;
  const { textsPerSample = 1 } = settings;
  const { workers = Math.max(1, Math.floor(availableParallelism() / 4)) } = settings;
  const { concurrency = 4 * workers, cacheBytes = 256 * 2 ** 20 } = settings;
  const { count } = samples;
  if (!(count >= 1)) {
    throw new MegaPairsError(
      "invalid-argument",
      `the sample set has ${count} samples, expected at least 1`,
    );
  }
  checkWhole({ batchSize, textsPerSample, prefetch, workers, concurrency }, 1);
  checkWhole({ hardNegatives, maxSkipped, cacheBytes }, 0);
  if (batchSize > count * textsPerSample) {
    const each = textsPerSample === 1 ? "" : ` with ${textsPerSample} texts each`;
    throw new MegaPairsError(
      "invalid-argument",
      `batchSize is ${batchSize}, expected at most the ${count} samples of the set${each}`,
    );
  }
  checkWhole({ seed }, Number.MIN_SAFE_INTEGER);
  const orderOf = orders(count, seed);
  const limits = { ...settings.limits, timeoutMs: DECODING_MS };
  const pool = new PixelPool({ preprocessing, limits, workers });
  const pictures = createPictureCache({
    prepare: async (key) => await pool.prepare(await samples.readImage(key)),
    maxBytes: cacheBytes,
  });

  const visit = async (visits: number): Promise<Visit> => {
    const { epoch, offset } = positionAfter(visits, count);
    const index = orderOf(epoch).at(offset);
    const draw = { seed, epoch, index, hardNegatives, textsPerSample };
    return await visitSample({ samples, pictures, ...draw });
  };

  async function load(gathered: Gathered, visits: number): Promise<LoadedBatch> {
    const pictureOf = (key: string): PreparedPicture => gathered.pictures.get(key)!;
    const contentOf = (key: string): string => pictureOf(key).digest;
    const plan = planBatch({ samples: gathered.samples, contentOf, falseNegatives });
    const pixels = plan.images.map((key) => pictureOf(key).pixels);
    const found = gathered.samples.reduce((sum, row) => sum + row.hardNegativeImages.length, 0);
    return {
      batch: await collate(plan, { preprocessing, pixels }),
      next: positionAfter(visits, count),
      rejects: gathered.rejects,
      missingHardNegatives: batchSize * hardNegatives - found,
    };
  }

  return {
    async *batches({ from = { epoch: 0, offset: 0 }, signal } = {}) {
      const first = visitsBefore(from, count);
      const work = (ahead: number): Promise<Visit> => visit(first + ahead);
      let visits = first;
      let gathered = gatherNothing();
      for await (const found of readAhead({ work, concurrency, ahead: prefetch, signal })) {
        visits += 1;
        gather(gathered, found, batchSize);
        if (gathered.samples.length === batchSize) {
          const loaded = await load(gathered, visits);
          gathered = gatherNothing();
          yield loaded;
        } else if (gathered.skipped > maxSkipped || gathered.visits >= 2 * count) {
          throw tooFewSamples(gathered, batchSize);
        }
      }
    },
    close: () => pool.close(),
  };
}

/** What visits gave for a batch so far. */
interface Gathered {
  visits: number;
  skipped: number;
  readonly samples: DrawnSample[];
  readonly pictures: Map<string, PreparedPicture>;
  readonly rejects: RejectRecord[];
}

function gatherNothing(): Gathered {
  return { visits: 0, skipped: 0, samples: [], pictures: new Map(), rejects: [] };
}

function gather(gathered: Gathered, { sample, pictures, rejects }: Visit, batchSize: number): void {
  gathered.visits += 1;
  if (sample === undefined) gathered.skipped += 1;
  else {
    const rows = [sample, ...sample.moreTexts.map((text) => ({ ...sample, text }))];
    gathered.samples.push(...rows.slice(0, batchSize - gathered.samples.length));
  }
  for (const [key, picture] of pictures) gathered.pictures.set(key, picture);
  gathered.rejects.push(...rejects);
}

function tooFewSamples(
  { visits, skipped, samples, rejects }: Gathered,
  batchSize: number,
): MegaPairsError {
  const last = rejects.at(-1);
  return new MegaPairsError(
    "corrupt-data",
    `${skipped} of ${visits} samples in a row cannot be used, which leaves ${samples.length} for a batch of ${batchSize}; the last: ${last?.item}: ${last?.reason}`,
  );
}

/** The orders of epochs, of which the last one asked for is kept. */
function orders(count: number, seed: number): (epoch: number) => SampleOrder {
  let kept: { readonly epoch: number; readonly order: SampleOrder } | undefined;
  return (epoch) => {
    if (kept?.epoch !== epoch) kept = { epoch, order: sampleOrder({ count, seed, epoch }) };
    return kept.order;
  };
}

function checkWhole(values: Readonly<Record<string, number>>, least: number): void {
  for (const [name, value] of Object.entries(values)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new MegaPairsError(
      "invalid-argument",
      `${name} is ${value}, expected a whole number from ${least}`,
    );
  }
}
