import type { Estimate, ReportPicture, ReportResults, SeededEstimate } from "@megapairs/report";

/*
 * Results of the right shape that nobody measured: every number here is made up, and hostile texts are
 * among them. Only tests use it.
 */

const PIXELS = {
  blue: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mOwz7/yHwAE+wJoNjUyTwAAAABJRU5ErkJggg==",
  red: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mM4EeD/HwAFygJvwZ1RmgAAAABJRU5ErkJggg==",
};

const picture = (name: string, pixel: keyof typeof PIXELS, caption?: string): ReportPicture => ({
  url: `data:image/png;base64,${PIXELS[pixel]}`,
  width: 128,
  height: 96,
  name,
  caption,
});

const estimate = (mean: number, half: number): Estimate => ({
  mean,
  lower: Math.max(0, mean - half),
  upper: Math.min(1, mean + half),
});

const seeded = (mean: number, half: number): SeededEstimate => ({
  ...estimate(mean, half),
  perSeed: [mean - half / 2, mean, mean + half / 2],
});

const scores = (mean: number): Record<string, SeededEstimate> => ({
  "mAP@5": seeded(mean, 0.03),
  "R@1": seeded(mean * 0.9, 0.035),
  "R@5": seeded(Math.min(1, mean * 1.6), 0.03),
});

const shared = { queries: 500, seeds: [0, 1, 2], metrics: ["mAP@5", "R@1", "R@5"] };

const bins = Array.from({ length: 80 }, (_, at) => -0.6 + at * 0.02);
const bell = (at: number, middle: number, width: number): number =>
  Math.round(40_000 * Math.exp(-(((at - middle) / width) ** 2) / 2));

/** Made-up results with every part. */
export const fixtureResults: ReportResults = {
  format: "megapairs-results-v1",
  title: "The claims in miniature",
  claim:
    "Trained on pairs that three similarity models mined and an offline VLM annotated, a small CLIP finds the right picture for most held-out composed queries, where the same CLIP before finds few.",
  headline: [
    {
      label: "mAP@5, trained on mined pairs",
      value: estimate(0.582, 0.031),
      against: { label: "before", value: estimate(0.141, 0.02) },
    },
    {
      label: "R@1, trained on mined pairs",
      value: estimate(0.524, 0.035),
      against: { label: "captions alone, equal budget", value: estimate(0.172, 0.022) },
    },
  ],
  run: {
    command: "megapairs demo --out runs/miniature",
    mode: "full",
    settings: { images: 2000, imageSize: 64, steps: 400, batch: 128, temperature: 0.02 },
    seeds: [0, 1, 2],
    versions: { megapairs: "0.0.0", node: "24.21.0", onnxruntime: "1.30.0" },
    machine: "2 × Some Processor, 23 GB, Linux",
    phases: [
      { name: "mine and annotate", seconds: 41.2 },
      { name: "train", seconds: 1803.4 },
      { name: "evaluate", seconds: 92 },
    ],
    reproduce: ["git clone …", "npx -y pnpm@12.21.0 demo --full"],
  },
  flow: [
    {
      name: "ingest",
      what: "read, hash, deduplicate",
      input: 2010,
      inputUnit: "files",
      outputs: { images: 2000 },
      rejects: [
        { code: "duplicate", count: 8, example: "the same bytes as scenes/000004.jpg" },
        {
          code: "corrupt-data",
          count: 2,
          example: `<script>alert("reason")</script> is no JPEG, expected FF D8`,
        },
      ],
      seconds: 4.2,
    },
    {
      name: "embed",
      what: "one vector for each relation",
      input: 2000,
      inputUnit: "images",
      outputs: { "vectors D": 2000, "vectors I": 2000, "vectors T": 2000 },
      rejects: [],
      seconds: 6.9,
    },
    {
      name: "pairs",
      what: "unite relations, draw hard negatives",
      input: 2000,
      inputUnit: "queries",
      outputs: { pairs: 5601 },
      rejects: [],
    },
    {
      name: "instruct",
      what: "write instructions",
      input: 5601,
      inputUnit: "pairs",
      outputs: { triplets: 5578 },
      rejects: [{ code: "invalid-output", count: 23, example: "found 2 instructions, expected 3" }],
      seconds: 9,
    },
  ],
  similarities: (["D", "I", "T"] as const).map((relation, at) => ({
    relation,
    what: ["visual pattern", "visual meaning", "caption"][at],
    encoder: `scenes/reference-${relation.toLowerCase()}`,
    images: 2000,
    sampledQueries: 200,
    edges: [...bins, 1],
    counts: bins.map((_, bin) => bell(bin, 30 + 8 * at, 9 - at)),
    band: { lower: 0.7 + 0.05 * at, upper: 0.96 },
    quantiles: { "0.5": 0.1, "0.99": 0.62, "0.999": 0.81 },
    neighbours: 8123 - at,
    nearDuplicates: 312,
    pairs: 2402,
  })),
  provenance: { D: 1403, "D+I": 204, "D+I+T": 391, "D+T": 255, I: 1333, "I+T": 620, T: 1395 },
  triplets: [
    {
      id: "a".repeat(64),
      query: picture("scenes/000123.jpg", "blue", "a large <b>blue</b> circle on sand"),
      target: picture("scenes/000124.jpg", "red", `a "red" circle on sand`),
      hardNegatives: [picture("scenes/000125.jpg", "blue"), picture("scenes/000126.jpg", "red")],
      instructions: [
        "The same scene, but the circle is red.",
        `<img src=x onerror="alert(1)"> & "quotes" in an instruction`,
        "Find it in red.",
      ],
      description:
        "Both images show a circle on sand. However, the Source Image has it in blue, whereas the Target Image has it in red.",
      evidence: [
        { relation: "D", score: 0.8912, rank: 3 },
        { relation: "T", score: 0.8345, rank: 1 },
      ],
    },
    {
      id: "b".repeat(64),
      query: picture("scenes/000200-with-a-name-that-is-much-longer-than-any-column.jpg", "red"),
      target: picture("scenes/000201.jpg", "blue"),
      hardNegatives: [],
      instructions: ["An image of that, striped."],
      evidence: [{ relation: "I", score: 0.9123, rank: 1 }],
    },
  ],
  training: ["composed", "captions alone"].flatMap((name, at) =>
    [0, 1, 2].map((seed) => ({
      name,
      seed,
      points: Array.from({ length: 400 }, (_, step) => ({
        step: step + 1,
        loss: (4.8 - at) / (1 + step / 40) + 0.3 + 0.15 * Math.sin(step * (3 + seed)) ** 2,
        accuracy: Math.min(1, step / 500 + 0.1 + 0.05 * Math.sin(step * (5 + seed))),
      })),
      seconds: 301.5 + seed,
    })),
  ),
  experiments: [
    {
      ...shared,
      id: "baselines",
      title: "Against baselines",
      question: "Does training on mined pairs help beyond what the model could before?",
      answer: "It does: by 44 points of mAP@5 over the untrained sum.",
      rows: [
        { name: "text only", scores: scores(0.09) },
        { name: "image only", scores: scores(0.06) },
        { name: "sum, untrained", scores: scores(0.141) },
        { name: "captions alone", note: "equal budget", steps: 400, scores: scores(0.19) },
        { name: "mined pairs", pairs: 5578, steps: 400, scores: scores(0.582) },
      ],
    },
    {
      ...shared,
      id: "relations",
      title: "Relations",
      question: "Are three relations better than each alone?",
      rows: ["D", "I", "T", "D+I", "D+T", "I+T", "D+I+T"].map((name, at) => ({
        name,
        pairs: 1800,
        steps: 200,
        scores: scores(0.4 + 0.02 * at),
      })),
    },
    {
      ...shared,
      id: "negatives",
      title: "Hard negatives",
      question: "What do the query image and mined negatives add?",
      answer: "Without the query image as a negative, the model returns the query.",
      rows: [
        { name: "none", pairs: 5578, steps: 200, scores: scores(0.11) },
        { name: "query image", pairs: 5578, steps: 200, scores: scores(0.51) },
        { name: "query image + mined", pairs: 5578, steps: 200, scores: scores(0.54) },
      ],
    },
    {
      ...shared,
      id: "scaling",
      title: "Scaling",
      question: "Do more pairs help at equal steps?",
      rows: [350, 700, 1400, 2800, 5578].map((pairs, at) => ({
        name: pairs.toLocaleString("en-US"),
        pairs,
        steps: 400,
        scores: scores(0.25 + 0.08 * at),
      })),
    },
  ],
  checks: [
    {
      name: "Corpus and benchmark are disjoint",
      verdict: "passed",
      finding: "None of 2,000 images has the bytes of a benchmark image.",
    },
    {
      name: "Neither picture nor text is enough",
      verdict: "measured",
      finding: "92 % of the score needs both.",
      table: {
        columns: ["asked", "mAP@5"],
        rows: [
          ["picture and text", "58.2 %"],
          ["picture alone", "6.1 %"],
        ],
      },
    },
    { name: "A check that failed", verdict: "failed", finding: "3 of 500 wordings are shared." },
  ],
  disagreements: [
    {
      paper: "T alone is the best single relation.",
      found: "T alone comes last.",
      why: "Captions of scenes say everything, so that caption neighbours are near duplicates.",
    },
  ],
};
