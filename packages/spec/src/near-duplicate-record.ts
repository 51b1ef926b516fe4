/** The near duplicates of one image under one similarity model: cosine at or over the band. */
export interface NearDuplicateRecord {
  readonly imageId: string;
  readonly relation: string;
  /** Best first, equal scores in ascending id order; cut at a limit of the join's. */
  readonly nearDuplicateIds: readonly string[];
  /** How many there are: more than the list holds where it was cut. */
  readonly total: number;
}
