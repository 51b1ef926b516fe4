/** How one training run went. */
export interface TrainingCurve {
  /** What was trained; runs that differ in their seed alone have the same name. */
  readonly name: string;
  readonly seed: number;
  /** In ascending steps. */
  readonly points: readonly TrainingPoint[];
  /** Wall time; absent where it was not measured. */
  readonly seconds?: number | undefined;
}

/** What a step of training measured. */
export interface TrainingPoint {
  /** From 1. */
  readonly step: number;
  /** InfoNCE, in nats. */
  readonly loss: number;
  /** Share of queries whose positive scored highest in the batch. */
  readonly accuracy?: number | undefined;
}
