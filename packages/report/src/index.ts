export { lossPlot } from "./charts/loss-plot.ts";
export type { PlottedStep } from "./charts/loss-plot.ts";
export { renderReport } from "./page/render-report.ts";
export { paperNumbers } from "./results/paper-numbers.ts";
export type { PaperTable } from "./results/paper-numbers.ts";
export { parseResults } from "./results/parse-results.ts";
export type { Check } from "./results/check.ts";
export type { ExperimentGroup, ExperimentRow, SeededEstimate } from "./results/experiment-group.ts";
export type { FlowStage, RejectCount } from "./results/flow-stage.ts";
export type { RelationSimilarities } from "./results/relation-similarities.ts";
export type {
  Disagreement,
  Estimate,
  HeadlineNumber,
  ReportResults,
} from "./results/report-results.ts";
export type { ReportedRun, RunPhase } from "./results/reported-run.ts";
export type { ReportPicture, SampleTriplet } from "./results/sample-triplet.ts";
export type { TrainingCurve, TrainingPoint } from "./results/training-curve.ts";
