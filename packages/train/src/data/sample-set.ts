import type { ImageSource } from "@megapairs/spec";

/** One training example: what is asked, what answers it, and what must not. */
export interface TrainingSample {
  /** Names the sample in messages and rejects: `megapairs.jsonl#12`, a pair's id. */
  readonly id: string;
  /** Key of the query image; left out for text queries. */
  readonly queryImage?: string | undefined;
  /** Instructions or captions, one of which is drawn per visit; empty for image queries. */
  readonly texts: readonly string[];
  /** Key of the image that answers. */
  readonly positiveImage: string;
  /** Keys of hard negatives; in MegaPairs the first is the query image. */
  readonly hardNegativeImages: readonly string[];
  /** Keys of further images that answer the same query: they are never negatives of it. */
  readonly otherPositiveImages?: readonly string[] | undefined;
}

/** Training examples at rest: read in any order, so that shuffling needs no memory. */
export interface SampleSet {
  readonly count: number;
  /** SHA-256, 64 hex digits, of what the samples are: a run resumes only on the same. */
  readonly fingerprint: string;
  /** `index` from 0. Rejects with `corrupt-data` on a sample that cannot be read. */
  read(index: number): Promise<TrainingSample>;
  /** The image of a key. Rejects with `corrupt-data` where it is missing or unreadable. */
  readImage(key: string): Promise<ImageSource>;
  close(): Promise<void>;
}
