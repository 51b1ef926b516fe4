import { z } from "zod";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/i, "letters, digits and hyphens");
const text = z.string().min(1);
const settings = z.record(z.string(), z.json());

/** The model that training begins with, as it is, asked in one way. */
const start = z.strictObject({
  kind: z.literal("start"),
  compose: z.enum(["composed", "image", "text"]),
});

/** Trained on the captions of the pictures that triplets show: as many pictures a step. */
const captions = z.strictObject({ kind: z.literal("captions") });

/** Trained on triplets, or some of them. */
const triplets = z.strictObject({
  kind: z.literal("triplets"),
  /** A key of `mined`. */
  mined: name,
  /** Pairs that one of these relations found. Default: all. */
  relations: z.array(text).min(1).optional(),
  /** Share of the pairs, or as many as the smallest set that says `fewest`. */
  pairs: z.union([z.number().gt(0).max(1), z.literal("fewest")]).default(1),
  negatives: z.enum(["none", "query", "mined"]).default("mined"),
  /** Most instructions of a pair. */
  instructions: z.int().min(1).default(3),
});

const seeds = z.array(z.int().min(0)).min(1);

const subject = z.discriminatedUnion("kind", [start, captions, triplets]);

const group = z.strictObject({
  id: name,
  title: text,
  question: text,
  /** Names of subjects, in reading order. */
  rows: z.array(z.strictObject({ subject: name, name: text, note: text.optional() })).min(1),
});

/** A paper's claim about two rows, looked at in the results. */
const claim = z.strictObject({
  paper: text,
  /** Subjects: the first is said to score higher than the second. */
  higher: name,
  lower: name,
  /** Why it may be otherwise here. */
  why: text,
});

/** Everything that an experiment is, as data. */
export const demoPlanSchema = z.strictObject({
  title: text,
  /** Settings of pipeline runs by name; those of the first, overridden, are those of the others. */
  mined: z.record(name, settings),
  /** Folder of the model that training begins with; `reference`: the shipped one. */
  start: text,
  /** Settings of training beside model, data, seed and folder. */
  train: settings,
  /** Mined hard negatives of a query, beside the query image. */
  minedNegatives: z.int().min(1),
  benchmark: z.strictObject({
    seed: z.int(),
    renderings: z.int().min(1),
    queries: z.int().min(1),
  }),
  /** Of training runs. */
  seeds,
  /** What is done where not all is asked for. */
  short: z.strictObject({ seeds, subjects: z.array(name).min(1) }),
  /** What is trained or asked, by name. */
  subjects: z.record(name, subject),
  /** The one that the claim is about, and the one that it is compared with. */
  main: name,
  baseline: name,
  groups: z.array(group).min(1),
  claims: z.array(claim).default([]),
});

/** An experiment, defaults filled in. */
export type DemoPlan = z.output<typeof demoPlanSchema>;

/** What is trained or asked. */
export type Subject = z.output<typeof subject>;

/** Trained on triplets. */
export type TripletSubject = z.output<typeof triplets>;
