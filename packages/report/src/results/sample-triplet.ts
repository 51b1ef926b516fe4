/** A training example to look at. */
export interface SampleTriplet {
  /** The pair's id. */
  readonly id: string;
  readonly query: ReportPicture;
  readonly target: ReportPicture;
  /** Mined ones; the query image, which is the first negative of every pair, is left out. */
  readonly hardNegatives: readonly ReportPicture[];
  readonly instructions: readonly string[];
  /** What the first stage of annotation wrote. */
  readonly description?: string | undefined;
  /** Why the two were paired: one entry for each relation that found the target. */
  readonly evidence: readonly {
    readonly relation: string;
    /** Cosine. */
    readonly score: number;
    /** Among the neighbours of the query, from 1. */
    readonly rank: number;
  }[];
}

/** A picture that the page carries. */
export interface ReportPicture {
  /** `data:image/jpeg;base64,…`, or PNG or WebP; small: about 200 pixels a side. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  /** File name or another name for readers. */
  readonly name: string;
  /** What it shows, where that is known: read to those who do not see it. */
  readonly caption?: string | undefined;
}
