export type {
  Benchmark,
  BenchmarkItem,
  BenchmarkMetric,
  BenchmarkName,
  BenchmarkPicture,
  BenchmarkQuery,
  Shortfall,
} from "./benchmarks/benchmark.ts";
export { wordingOverlap } from "./leakage/wording-overlap.ts";
export type { WordingOverlap, WordingOverlapOptions } from "./leakage/wording-overlap.ts";
export { genecisCrop } from "./benchmarks/genecis-crop.ts";
export type { GenecisCrop, GenecisCropOptions } from "./benchmarks/genecis-crop.ts";
export { readCirco } from "./benchmarks/read-circo.ts";
export type { ReadCircoOptions } from "./benchmarks/read-circo.ts";
export { readCirr } from "./benchmarks/read-cirr.ts";
export type { ReadCirrOptions } from "./benchmarks/read-cirr.ts";
export { readFashioniq } from "./benchmarks/read-fashioniq.ts";
export type { ReadFashioniqOptions } from "./benchmarks/read-fashioniq.ts";
export { readGenecis } from "./benchmarks/read-genecis.ts";
export type { ReadGenecisOptions } from "./benchmarks/read-genecis.ts";
export { readLabelledFolder } from "./benchmarks/read-labelled-folder.ts";
export type { ReadLabelledFolderOptions } from "./benchmarks/read-labelled-folder.ts";
export { mmebDataSets } from "./benchmarks/mmeb-data-sets.ts";
export type { MmebDataSet } from "./benchmarks/mmeb-data-sets.ts";
export { readMmeb } from "./benchmarks/read-mmeb.ts";
export type { ReadMmebOptions } from "./benchmarks/read-mmeb.ts";
export { readTriplets } from "./benchmarks/read-triplets.ts";
export type { ReadTripletsOptions } from "./benchmarks/read-triplets.ts";
export { averagePrecisionAtK } from "./metrics/average-precision-at-k.ts";
export { detectCollapse } from "./metrics/detect-collapse.ts";
export type { CollapseReport, DetectCollapseOptions } from "./metrics/detect-collapse.ts";
export { ndcgAtK } from "./metrics/ndcg-at-k.ts";
export { precisionAt1 } from "./metrics/precision-at-1.ts";
export type { PrecisionAt1 } from "./metrics/precision-at-1.ts";
export { recallAtK, subsetRecallAtK } from "./metrics/recall-at-k.ts";
export { reciprocalRank } from "./metrics/reciprocal-rank.ts";
export { checkSubmission } from "./predictions/check-submission.ts";
export { compareScores } from "./predictions/compare-scores.ts";
export type { CompareScoresOptions, CompareScoresResult } from "./predictions/compare-scores.ts";
export { createSubmission } from "./predictions/create-submission.ts";
export type { CreateSubmissionOptions, Submission } from "./predictions/create-submission.ts";
export { parsePredictions } from "./predictions/parse-predictions.ts";
export type { Predictions } from "./predictions/parse-predictions.ts";
export { groupIntervals, scoreIntervals } from "./predictions/score-intervals.ts";
export type { ScoreIntervalsOptions } from "./predictions/score-intervals.ts";
export { scorePredictions } from "./predictions/score-predictions.ts";
export type {
  QueryScores,
  ScorePredictionsOptions,
  ScoreResult,
  Scores,
} from "./predictions/score-predictions.ts";
export { publishedScores } from "./published/published-scores.ts";
export type { PublishedScore } from "./published/published-scores.ts";
export { rankGallery } from "./rank/rank-gallery.ts";
export type { RankGalleryOptions } from "./rank/rank-gallery.ts";
export type { RankedRows } from "./rank/top-rows.ts";
export { createEvalReport } from "./report/eval-report.ts";
export type { EvalReport, EvalReportOptions, ReportedModel } from "./report/eval-report.ts";
export { parseEvalReport } from "./report/parse-eval-report.ts";
export { pickExamples } from "./report/pick-examples.ts";
export type { ExampleCandidate, PickExamplesOptions, RunExample } from "./report/pick-examples.ts";
export { renderReportMarkdown } from "./report/render-markdown.ts";
export { renderReportPage } from "./report/render-page.ts";
export type { PagePicture, RenderReportPageOptions } from "./report/render-page.ts";
export type { Composition } from "./run/composition.ts";
export type { EncodedItems, EncodeItems, ItemReject } from "./run/encode-items.ts";
export { openPictureFolder } from "./run/picture-folder.ts";
export type { LocatedPicture, PictureFolder } from "./run/picture-folder.ts";
export { picturesOf } from "./run/pictures-of.ts";
export type { PicturesOfOptions } from "./run/pictures-of.ts";
export type { QueryRanking, QueryRankings } from "./run/query-ranking.ts";
export type { Rerank, RerankRequest } from "./run/rerank.ts";
export { runBenchmark } from "./run/run-benchmark.ts";
export type { BenchmarkRun, MissingItem, RunBenchmarkOptions } from "./run/run-benchmark.ts";
export { bootstrapInterval } from "./significance/bootstrap-interval.ts";
export type { BootstrapInterval, BootstrapOptions } from "./significance/bootstrap-interval.ts";
export { runsInterval } from "./significance/runs-interval.ts";
export { permutationTest } from "./significance/permutation-test.ts";
export type {
  PermutationTestOptions,
  PermutationTestResult,
} from "./significance/permutation-test.ts";
export { shortcutReport } from "./significance/shortcut-report.ts";
export type { ShortcutReport, ShortcutReportOptions } from "./significance/shortcut-report.ts";
