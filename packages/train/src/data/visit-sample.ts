import { MegaPairsError } from "@megapairs/spec";
import type { RejectCode, RejectRecord } from "@megapairs/spec";

import { drawSample } from "./draw-sample.ts";
import type { DrawnSample, DrawOptions } from "./draw-sample.ts";
import type { PictureCache } from "./picture-cache.ts";
import type { PreparedPicture } from "./pixel-messages.ts";
import type { SampleSet } from "./sample-set.ts";

/** What became of one visit of a sample. */
export interface Visit {
  /** Without the hard negatives that cannot be read; undefined where the sample cannot be used. */
  readonly sample: DrawnSample | undefined;
  /** By key, all that the sample names. */
  readonly pictures: ReadonlyMap<string, PreparedPicture>;
  /** What was wrong, with the sample or with hard negatives of it. */
  readonly rejects: readonly RejectRecord[];
}

/** What to visit, and with what. */
export interface VisitOptions extends DrawOptions {
  readonly samples: SampleSet;
  readonly pictures: PictureCache;
}

/**
 * Reads a sample and its pictures. A sample that cannot be read, that asks nothing, or whose query or
 * positive image cannot be read is rejected; so is a hard negative, alone.
 *
 * Depends on what the data set holds only: rejects on all but `corrupt-data` and `unsupported`,
 * since a sample skipped for a passing fault would not be skipped when the run is resumed.
 */
export async function visitSample(options: VisitOptions): Promise<Visit> {
  const { samples, pictures, index } = options;
  const read = await attempt(`sample ${index}`, "", () => samples.read(index));
  if ("reject" in read) return skipped([read.reject]);
  const sample = drawSample(read.value, options);
  const { id, queryImage, positiveImage } = sample;
  if (queryImage === undefined && sample.text === undefined) {
    const reason = "found neither a query image nor a text, expected one of them";
    return skipped([{ item: id, code: "corrupt-data", reason }]);
  }

  const load = async (role: string, key: string): Promise<LoadedPicture> => {
    const found = await attempt(id, `${role} ${key}: `, () => pictures.get(key));
    return { key, ...found };
  };
  const [needed, negatives] = await Promise.all([
    Promise.all([
      ...(queryImage === undefined ? [] : [load("query image", queryImage)]),
      load("positive image", positiveImage),
    ]),
    Promise.all(sample.hardNegativeImages.map((key) => load("hard negative", key))),
  ]);
  const missing = needed.flatMap((found) => ("reject" in found ? [found.reject] : []));
  if (missing.length > 0) return skipped(missing);
  const loaded = [...needed, ...negatives].flatMap((found) =>
    "value" in found ? [[found.key, found.value] as const] : [],
  );
  const byKey = new Map(loaded);
  return {
    sample: {
      ...sample,
      hardNegativeImages: sample.hardNegativeImages.filter((key) => byKey.has(key)),
    },
    pictures: byKey,
    rejects: negatives.flatMap((found) => ("reject" in found ? [found.reject] : [])),
  };
}

type Attempt<Value> = { readonly value: Value } | { readonly reject: RejectRecord };
type LoadedPicture = { readonly key: string } & Attempt<PreparedPicture>;

async function attempt<Value>(
  item: string,
  prefix: string,
  action: () => Promise<Value>,
): Promise<Attempt<Value>> {
  try {
    return { value: await action() };
  } catch (error) {
    if (!MegaPairsError.isInstance(error) || !UNREADABLE.has(error.code)) throw error;
    return { reject: { item, code: error.code, reason: `${prefix}${error.message}` } };
  }
}

const UNREADABLE: ReadonlySet<RejectCode> = new Set(["corrupt-data", "unsupported"]);

function skipped(rejects: readonly RejectRecord[]): Visit {
  return { sample: undefined, pictures: new Map(), rejects };
}
