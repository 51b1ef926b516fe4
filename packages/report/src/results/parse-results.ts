import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import type { ReportResults } from "./report-results.ts";

/** Means and ends of intervals are sums in another order. */
const ROUNDING = 1e-9;

const text = z.string().min(1);
const count = z.int().nonnegative();
const seconds = z.number().nonnegative();
const list = <Item extends z.ZodType>(item: Item): z.ZodReadonly<z.ZodArray<Item>> =>
  z.array(item).readonly();

const estimate = z
  .object({ mean: z.number(), lower: z.number(), upper: z.number() })
  .refine(({ mean, lower, upper }) => lower <= mean + ROUNDING && mean <= upper + ROUNDING, {
    message: "expected lower ≤ mean ≤ upper",
  });
const seededEstimate = z.intersection(estimate, z.object({ perSeed: list(z.number()) }));

const run = z.object({
  command: text,
  mode: text.optional(),
  settings: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  seeds: list(z.int()),
  versions: z.record(z.string(), z.string()),
  machine: text.optional(),
  phases: list(z.object({ name: text, seconds })).optional(),
  reproduce: list(text),
});

const stage = z.object({
  name: text,
  what: z.string(),
  input: count,
  inputUnit: text,
  outputs: z.record(z.string(), count),
  rejects: list(z.object({ code: text, count, example: z.string() })),
  seconds: seconds.optional(),
});

const similarities = z
  .object({
    relation: text,
    what: text.optional(),
    encoder: text,
    images: count,
    sampledQueries: count,
    edges: list(z.number()),
    counts: list(count),
    band: z.object({ lower: z.number(), upper: z.number() }),
    quantiles: z.record(z.string(), z.number()),
    neighbours: count.optional(),
    nearDuplicates: count.optional(),
    pairs: count.optional(),
  })
  .refine(({ edges, counts }) => edges.length === counts.length + 1, {
    message: "expected one edge more than counts",
  });

const picture = z.object({
  url: z.string().regex(/^data:image\/(?:jpeg|png|webp);base64,[A-Za-z0-9+/]+=*$/, {
    message: "expected data:image/jpeg;base64,… or PNG or WebP",
  }),
  width: z.int().positive(),
  height: z.int().positive(),
  name: z.string(),
  caption: z.string().optional(),
});

const triplet = z.object({
  id: text,
  query: picture,
  target: picture,
  hardNegatives: list(picture),
  instructions: list(z.string()),
  description: z.string().optional(),
  evidence: list(z.object({ relation: text, score: z.number(), rank: z.int().positive() })),
});

const curve = z.object({
  name: text,
  seed: z.int(),
  points: list(z.object({ step: count, loss: z.number(), accuracy: z.number().optional() })),
  seconds: seconds.optional(),
});

const group = z
  .object({
    id: z.string().regex(/^[a-z][a-z0-9-]*$/, { message: "expected letters, digits, hyphens" }),
    title: text,
    question: text,
    answer: text.optional(),
    queries: count,
    seeds: list(z.int()),
    metrics: list(text).refine((names) => names.length > 0, { message: "expected a metric" }),
    rows: list(
      z.object({
        name: text,
        note: text.optional(),
        pairs: count.optional(),
        steps: count.optional(),
        scores: z.record(z.string(), seededEstimate),
      }),
    ),
  })
  .refine(
    ({ metrics, rows }) => rows.every(({ scores }) => metrics.every((one) => one in scores)),
    { message: "expected every metric in the scores of every row" },
  );

const check = z.object({
  name: text,
  verdict: z.enum(["passed", "failed", "measured"]),
  finding: text,
  table: z.object({ columns: list(z.string()), rows: list(list(z.string())) }).optional(),
});

const headline = z.object({
  label: text,
  value: estimate,
  against: z.object({ label: text, value: estimate }).optional(),
});

/** Held to the interface by its type: a field that one of them lacks does not compile. */
const schema: z.ZodType<ReportResults> = z.object({
  format: z.literal("megapairs-results-v1"),
  title: text,
  claim: text.optional(),
  headline: list(headline).optional(),
  run,
  flow: list(stage).optional(),
  similarities: list(similarities).optional(),
  provenance: z.record(z.string(), count).optional(),
  triplets: list(triplet).optional(),
  training: list(curve).optional(),
  experiments: list(group).optional(),
  checks: list(check).optional(),
  disagreements: list(z.object({ paper: text, found: text, why: text })).optional(),
});

/**
 * Reads the text of a `results.json`.
 *
 * @throws `corrupt-data` if it is cut short or of another form, with `name` and the place in the message.
 */
export function parseResults(json: string, name: string): ReportResults {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new MegaPairsError("corrupt-data", `${name} is no whole JSON.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new MegaPairsError(
    "corrupt-data",
    `${name} holds no results: ${path.join(".") || "all"}: ${message}.`,
  );
}
