import { createGraphBuilder, createOnnxTensor, dataTypeCode, int } from "@megapairs/onnx";
import type { OnnxGraphBuilder, OnnxModelDefinition } from "@megapairs/onnx";

/** Sizes and kind of a {@link contrastiveLossGraph}. */
export interface ContrastiveLossSettings {
  /** Rows of features. */
  readonly rows: number;
  /** Width of the features. */
  readonly dimensions: number;
  readonly queries: number;
  readonly candidates: number;
  /** What cosines are divided by, above 0; `learned`: multiplied by exp of the input `logit_scale`. */
  readonly temperature: number | "learned";
  /**
   * `query-to-candidate`: each query against all candidates, as the paper trains. `both`: also each
   * query's positive against all queries, and the mean of the two, as CLIP trains.
   */
  readonly direction: "query-to-candidate" | "both";
}

/**
 * InfoNCE over in-batch positives and hard negatives (PAPER §6), as a graph.
 *
 * Inputs: `features` float32 [rows, dimensions]; `query_rows` int64 [queries, 2], whose features are
 * added up before the norm (PAPER §5), `rows` standing for none; `candidate_rows` int64 [candidates];
 * `positives` int64 [queries], places among the candidates; `excluded` float32 [queries, candidates],
 * added to the logits: 0, or -1e9 for what is no negative; with `both` also `excluded_queries` float32
 * [queries, queries], by positive and query; with a learned temperature `logit_scale`.
 *
 * Outputs: `loss`, the mean over queries; `accuracy`, the share of queries whose positive scores
 * highest.
 */
export function contrastiveLossGraph(settings: ContrastiveLossSettings): OnnxModelDefinition {
  const { rows, dimensions, queries, candidates, temperature, direction } = settings;
  const g = createGraphBuilder();
  const features = g.input("features", "float32", [rows, dimensions]);
  const none = g.constant({
    name: "no features",
    ...createOnnxTensor("float32", new Float32Array(dimensions), [1, dimensions]),
  });
  const padded = g.apply("Concat", [features, none], { axis: int(0) });
  const queryRows = g.input("query_rows", "int64", [queries, 2]);
  const parts = g.apply("Gather", [padded, queryRows], { axis: int(0) }); // [queries, 2, dimensions]
  const composed = g.apply("ReduceSum", [parts, g.ints([1])], { keepdims: int(0) });
  const candidateRows = g.input("candidate_rows", "int64", [candidates]);
  const candidate = unit(g, g.apply("Gather", [features, candidateRows], { axis: int(0) }));
  const cosines = g.apply("Gemm", [unit(g, composed), candidate], { transB: int(1) });
  const scale =
    temperature === "learned"
      ? g.apply("Exp", [g.input("logit_scale", "float32", [])])
      : g.scalar(1 / temperature);
  const excluded = g.input("excluded", "float32", [queries, candidates]);
  const logits = g.apply("Add", [g.apply("Mul", [cosines, scale]), excluded]);
  const positives = g.input("positives", "int64", [queries]);
  const toCandidates = crossEntropy(g, logits, g.reshape(positives, [queries, 1]));

  const best = g.apply("ArgMax", [logits], { axis: int(1), keepdims: int(0) });
  const hits = g.apply("Cast", [g.apply("Equal", [best, positives])], {
    to: int(dataTypeCode("float32")),
  });
  const accuracy = g.apply("ReduceMean", [hits], { keepdims: int(0) }, "accuracy");
  if (direction === "both") {
    const byPositive = g.transpose(
      g.apply("Gather", [logits, positives], { axis: int(1) }), // [queries, positive of each]
      [1, 0],
    );
    const others = g.input("excluded_queries", "float32", [queries, queries]);
    const own = Array.from({ length: queries }, (_, row) => row);
    const toQueries = crossEntropy(
      g,
      g.apply("Add", [byPositive, others]),
      g.reshape(g.ints(own), [queries, 1]),
    );
    const sum = g.apply("Add", [toCandidates, toQueries]);
    g.apply("Mul", [sum, g.scalar(0.5)], {}, "loss");
  } else {
    g.apply("Identity", [toCandidates], {}, "loss");
  }
  return g.finish("contrastive_loss", [
    { name: "loss", dataType: "float32", shape: [] },
    { name: accuracy, dataType: "float32", shape: [] },
  ]);
}

/** Rows of L2 norm 1. */
function unit(g: OnnxGraphBuilder, rows: string): string {
  const length = g.apply("ReduceL2", [rows, g.ints([1])], { keepdims: int(1) });
  return g.apply("Div", [rows, length]);
}

/** Mean over the rows of minus the log-probability of the entry at `labels` [rows, 1]. */
function crossEntropy(g: OnnxGraphBuilder, logits: string, labels: string): string {
  const scores = g.apply("LogSoftmax", [logits], { axis: int(1) });
  const hits = g.apply("GatherElements", [scores, labels], { axis: int(1) });
  return g.apply("Neg", [g.apply("ReduceMean", [hits], { keepdims: int(0) })]);
}
