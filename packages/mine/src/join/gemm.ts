import { createInPlaceModel, createOnnxTensor } from "@megapairs/onnx";
import type { InPlaceCall } from "@megapairs/onnx";
import { gemmGraph } from "../gemm-graph.ts";

/** A matrix product on one core, in a thread of its own, over memory that is shared with it. */
export interface Gemm {
  /**
   * `left · rightᵀ` into `scores`: row-major float32 `[rows, dimensions]` each, and `[left, right]`,
   * all over SharedArrayBuffers.
   */
  multiply(operands: GemmOperands): Promise<void>;
  /** Several products for the price of one message. */
  multiplyEach(operands: readonly GemmOperands[]): Promise<void>;
  /** Ends the calls already made, then the thread. */
  dispose(): Promise<void>;
}

/** What {@link Gemm} multiplies. */
interface GemmOperands {
  readonly left: Float32Array;
  readonly right: Float32Array;
  readonly dimensions: number;
  readonly scores: Float32Array;
}

/**
 * Opens ONNX Runtime's GEMM on one core. The bits of a product depend on the shapes and on the
 * processor, not on what runs beside it.
 */
export async function openGemm(): Promise<Gemm> {
  const model = await createInPlaceModel({
    definition: gemmGraph,
    modelName: "the product of a join",
    threads: 1,
  });
  const multiplyEach: Gemm["multiplyEach"] = (operands) => model.runEach(operands.map(callOf));
  return {
    multiply: (operands) => multiplyEach([operands]),
    multiplyEach,
    dispose: () => model.dispose(),
  };
}

function callOf({ left, right, dimensions, scores }: GemmOperands): InPlaceCall {
  const rows = left.length / dimensions;
  const columns = right.length / dimensions;
  return {
    feeds: {
      left: createOnnxTensor("float32", left, [rows, dimensions]),
      right: createOnnxTensor("float32", right, [columns, dimensions]),
    },
    into: { scores: createOnnxTensor("float32", scores, [rows, columns]) },
  };
}
