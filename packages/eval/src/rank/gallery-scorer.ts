import { createOnnxModel, createOnnxTensor, encodeOnnxModel, int } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/** Scores candidates against a fixed block of queries, many at a time. */
export interface GalleryScorer {
  /**
   * Row-major float32 `[candidates, queries]` of inner products, off by `float32Tolerance` at most.
   * Several calls may be under way at a time; they are done in order.
   */
  readonly score: (candidates: Float32Array, rows: number) => Promise<Float32Array>;
  readonly dispose: () => Promise<void>;
}

/** Settings of {@link createGalleryScorer}. */
export interface GalleryScorerSettings {
  /** Row-major float32 `[queries, dimensions]`. */
  readonly queries: Float32Array;
  readonly dimensions: number;
  /** Threads of the matrix product; all cores this process may use by default. */
  readonly threads?: number | undefined;
}

/**
 * ONNX Runtime's GEMM in a thread of its own, with the queries as a constant: they are packed for the
 * processor once, and only candidates cross to the thread.
 */
export async function createGalleryScorer({
  queries,
  dimensions,
  threads,
}: GalleryScorerSettings): Promise<GalleryScorer> {
  const count = queries.length / dimensions;
  const transposed = new Float32Array(queries.length); // [dimensions, queries]
  for (let query = 0; query < count; query += 1) {
    for (let column = 0; column < dimensions; column += 1) {
      transposed[column * count + query] = queries[query * dimensions + column]!;
    }
  }
  const model = await createOnnxModel({
    modelName: "the gallery scorer",
    threads,
    model: encodeOnnxModel({
      name: "gallery scorer",
      opset: 18,
      inputs: [{ name: "candidates", dataType: "float32", shape: ["rows", dimensions] }],
      outputs: [{ name: "scores", dataType: "float32", shape: ["rows", count] }],
      nodes: [
        {
          op: "Gemm",
          inputs: ["candidates", "queries"],
          outputs: ["scores"],
          attributes: { transB: int(0) },
        },
      ],
      initializers: [
        { name: "queries", dataType: "float32", dims: [dimensions, count], data: transposed },
      ],
    }),
  });
  return {
    async score(candidates, rows) {
      const { scores } = await model.run({
        candidates: createOnnxTensor("float32", candidates, [rows, dimensions]),
      });
      if (scores?.dataType === "float32") return scores.data;
      throw new MegaPairsError("invalid-output", "The gallery scorer gave no float32 scores.");
    },
    dispose: () => model.dispose(),
  };
}

/**
 * How wrong a float32 inner product of unit vectors (norm 1 within 1e-3) can be, summed in any order:
 * Higham, Accuracy and Stability of Numerical Algorithms, §3.1, with the rounding of the exact score.
 */
export function float32Tolerance(dimensions: number): number {
  const relative = dimensions * 2 ** -24;
  return relative < 1 ? (1.003 * relative) / (1 - relative) + 2 ** -23 : 4;
}
