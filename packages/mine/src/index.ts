export { checkMatrix } from "./check-matrix.ts";
export { createSelfJoin } from "./create-self-join.ts";
export type { CreateSelfJoinSettings } from "./create-self-join.ts";
export { createGemmEstimate } from "./create-gemm-estimate.ts";
export type { GemmEstimate, GemmEstimateSettings } from "./create-gemm-estimate.ts";
export { explainEmptyBand, suggestBand } from "./calibrate/explain-empty-band.ts";
export type {
  ExplainEmptyBandOptions,
  SuggestBandOptions,
} from "./calibrate/explain-empty-band.ts";
export { findLeaks } from "./guard/find-leaks.ts";
export type { FindLeaksOptions, Leak, LeakProgress } from "./guard/find-leaks.ts";
export type { CapPlan } from "./select/cap-plan.ts";
export { groupNearDuplicates } from "./select/group-near-duplicates.ts";
export type {
  GroupNearDuplicatesOptions,
  NearDuplicateGroup,
} from "./select/group-near-duplicates.ts";
export type { PairCaps } from "./select/pair-caps.ts";
export { planCaps } from "./select/plan-caps.ts";
export type { PlanCapsOptions } from "./select/plan-caps.ts";
export { planSelection } from "./select/plan-selection.ts";
export type { PlanSelectionOptions, SelectionPlan } from "./select/plan-selection.ts";
export { uniteNeighbours } from "./select/unite-neighbours.ts";
export { compareMembers, mergeNeighbours } from "./select/merge-neighbours.ts";
export type { RetrievedMember, RetrievedSet } from "./select/merge-neighbours.ts";
export type { JoinMethod } from "./join-method.ts";
export type { MeasuredRecall } from "./cluster/recall-of.ts";
export { minePairs } from "./mine-pairs.ts";
export type { MinePairsOptions, MineRelation, MineResult } from "./mine-pairs.ts";
export { reportRelation } from "./report-relation.ts";
export type { RelationReport, ReportRelationOptions } from "./report-relation.ts";
export { createNearDuplicateTest } from "./select/near-duplicates.ts";
export type { NearDuplicateTest } from "./select/near-duplicates.ts";
export { pairId } from "./select/pair-id.ts";
export type { PairSelection, SelectionStrategy } from "./select/pair-selection.ts";
export type { RowRange } from "./plan-tiles.ts";
export { sampleSimilarPairs } from "./calibrate/sample-similar-pairs.ts";
export type { SampleSimilarPairsOptions, SimilarPair } from "./calibrate/sample-similar-pairs.ts";
export type { RecordList } from "./record-list.ts";
export { float32Tolerance } from "./score-estimate.ts";
export type { ScoreEstimate } from "./score-estimate.ts";
export { selectPairs } from "./select/select-pairs.ts";
export type {
  SelectionCounts,
  SelectPairsOptions,
  SelectPairsResult,
} from "./select/select-pairs.ts";
export { selfJoin } from "./self-join.ts";
export type {
  PlainSelfJoinOptions,
  PlainSelfJoinResult,
  SelfJoin,
  SelfJoinOptions,
  SelfJoinProgress,
  SelfJoinResult,
} from "./self-join.ts";
export type { SimilarityBand } from "./similarity-band.ts";
export { similarityHistogram } from "./calibrate/similarity-histogram.ts";
export type {
  SimilarityHistogram,
  SimilarityHistogramOptions,
} from "./calibrate/similarity-histogram.ts";
export { similarityQuantile } from "./calibrate/similarity-quantile.ts";
export { multiplyTiles } from "./tile-product.ts";
export type { TileProduct } from "./tile-product.ts";
export { extendSelfJoin } from "./extend-self-join.ts";
export type {
  EarlierJoin,
  ExtendSelfJoinOptions,
  ExtendSelfJoinResult,
} from "./extend-self-join.ts";
