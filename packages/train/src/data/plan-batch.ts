import type { DrawnSample } from "./draw-sample.ts";

/** One query of a batch. */
export interface PlannedQuery {
  /** Of the sample. */
  readonly sampleId: string;
  /** Place in {@link BatchPlan.images}; -1 for a query of text alone. */
  readonly image: number;
  /** Place in {@link BatchPlan.texts}; -1 for a query of image alone. */
  readonly text: number;
  /** Place in {@link BatchPlan.images} of the image that answers: a candidate. */
  readonly positive: number;
}

/** What a batch holds, before anything is a tensor: every picture and text once. */
export interface BatchPlan {
  /** Keys of pictures of different content: the candidates first, then what is only asked with. */
  readonly images: readonly string[];
  /** The first so many of the images are candidates: positives first, then hard negatives. */
  readonly candidateCount: number;
  readonly texts: readonly string[];
  readonly queries: readonly PlannedQuery[];
  /** `[queries, candidateCount]`, row-major: 1 where a candidate is no negative of a query. */
  readonly excluded: Uint8Array;
}

/** How to plan a batch. */
export interface PlanBatchOptions {
  readonly samples: readonly DrawnSample[];
  /** What is in the image of a key: two images are the same where these are equal. */
  readonly contentOf: (key: string) => string;
  /** `keep`: every other candidate is a negative, whatever it shows. */
  readonly falseNegatives: "mask" | "keep";
}

/**
 * Plans a batch: which pictures and texts are encoded, what each query is asked against, and which
 * candidates are false negatives of it. A pure function.
 *
 * 1. Candidates are told apart by content, not by key: a copy of the positive under another name is
 *    the positive, and pushing it away would undo the step. This holds under `keep` too, since a
 *    candidate list that repeats an image has no single right answer.
 * 2. Rows that ask the same, the same image with the same text, or the same text without an image,
 *    do not take each other's answers as negatives: captions like "a dog" come thousands of times. A
 *    row asks the same as another if its text is any of the other's texts, drawn or not.
 * 3. What a sample lists in `otherPositiveImages` is no negative of it: the data say that it answers.
 * 4. A sample's own hard negatives stay, whatever rule 2 says: the data say that they do not answer.
 *    In MegaPairs they are targets of the same image with other texts, and its query image itself.
 */
export function planBatch(options: PlanBatchOptions): BatchPlan {
  const { samples, contentOf, falseNegatives } = options;
  const images: string[] = [];
  const placesOfContents = new Map<string, number>();
  const placesOfKeys = new Map<string, number>();
  const place = (key: string): number => {
    const content = contentOf(key);
    const known = placesOfContents.get(content) ?? images.length;
    if (known === images.length) images.push(key);
    placesOfContents.set(content, known);
    placesOfKeys.set(key, known);
    return known;
  };
  const positives = samples.map(({ positiveImage }) => place(positiveImage));
  const negatives = samples.map(({ hardNegativeImages }) => hardNegativeImages.map(place));
  const candidateCount = images.length;
  const queryImages = samples.map(({ queryImage }) =>
    queryImage === undefined ? -1 : place(queryImage),
  );
  const texts = [...new Set(samples.flatMap(({ text }) => (text === undefined ? [] : [text])))];
  const textPlaces = new Map(texts.map((text, at) => [text, at]));

  const rows = samples.map((sample, row) => ({
    sample,
    image: queryImages[row]!,
    positive: positives[row]!,
    negatives: new Set(negatives[row]),
    others: sample.otherPositiveImages.flatMap((key) => {
      const other = placesOfKeys.get(key);
      return other === undefined || other >= candidateCount ? [] : [other];
    }),
  }));
  const excluded = new Uint8Array(samples.length * candidateCount);
  if (falseNegatives === "mask") maskRows(rows, candidateCount, excluded);
  return {
    images,
    candidateCount,
    texts,
    queries: rows.map(({ sample, image, positive }) => ({
      sampleId: sample.id,
      image,
      text: sample.text === undefined ? -1 : textPlaces.get(sample.text)!,
      positive,
    })),
    excluded,
  };
}

/** A sample with the places of its images. */
interface Row {
  readonly sample: DrawnSample;
  readonly image: number;
  readonly positive: number;
  readonly negatives: ReadonlySet<number>;
  /** Candidates that it lists as answers besides the positive. */
  readonly others: readonly number[];
}

function maskRows(rows: readonly Row[], candidateCount: number, excluded: Uint8Array): void {
  const answers = new Map<string, Set<number>>();
  for (const { sample, image, positive, others } of rows) {
    const asked = sample.texts.length === 0 ? [undefined] : sample.texts;
    for (const text of asked) {
      const question = questionOf(image, text);
      const known = answers.get(question) ?? new Set();
      for (const answer of [positive, ...others]) known.add(answer);
      answers.set(question, known);
    }
  }
  for (const [index, { sample, image, positive, negatives, others }] of rows.entries()) {
    const shared = answers.get(questionOf(image, sample.text)) ?? [];
    const answering = [...shared].filter((answer) => !negatives.has(answer));
    for (const answer of [...answering, ...others]) {
      if (answer !== positive) excluded[index * candidateCount + answer] = 1;
    }
  }
}

function questionOf(image: number, text: string | undefined): string {
  return JSON.stringify([image, text ?? null]);
}
