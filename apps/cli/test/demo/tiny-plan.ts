import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Writes an experiment of seconds into a folder; its path. */
export function writeTinyPlan(directory: string, changes: Record<string, unknown> = {}): string {
  const image = { encoder: "scenes/clip", input: "image" };
  const band = { quantiles: [0.5, 0.98] };
  const plan = {
    title: "Tiny",
    mined: {
      band: {
        corpus: "objects:40",
        relations: {
          I: { ...image, band, neighbours: 2 },
          T: { ...image, input: "caption", band, neighbours: 2 },
        },
        annotate: { describe: "reference", instruct: "reference" },
      },
      other: { relations: { T: { band: [-1, 1] } } },
    },
    start: "scenes/clip",
    train: {
      batch: 6,
      steps: 4,
      sequence: 24,
      learningRate: 1e-4,
      checkpoints: { every: 1, keep: 1 },
    },
    minedNegatives: 1,
    benchmark: { seed: 3, renderings: 1, queries: 12 },
    seeds: [0, 1],
    short: { seeds: [0], subjects: ["sum", "trained"] },
    subjects: {
      sum: { kind: "start", compose: "composed" },
      trained: { kind: "triplets", mined: "band" },
      captions: { kind: "captions" },
      other: {
        kind: "triplets",
        mined: "other",
        relations: ["I"],
        pairs: "fewest",
        instructions: 1,
        negatives: "none",
      },
    },
    main: "trained",
    baseline: "sum",
    groups: [
      {
        id: "baselines",
        title: "Does it learn?",
        question: "Does it?",
        rows: [
          { subject: "sum", name: "sum" },
          { subject: "captions", name: "captions" },
          { subject: "trained", name: "trained" },
        ],
      },
      {
        id: "negatives",
        title: "Which negatives?",
        question: "Which?",
        rows: [
          { subject: "other", name: "none" },
          { subject: "trained", name: "mined" },
        ],
      },
    ],
    claims: [{ paper: "It learns.", higher: "trained", lower: "sum", why: "Four steps." }],
    ...changes,
  };
  const file = join(directory, "tiny.json");
  writeFileSync(file, JSON.stringify(plan));
  return file;
}
