import { createGraphBuilder, createOnnxTensor, float, int } from "@megapairs/onnx";
import type { OnnxGraphBuilder } from "@megapairs/onnx";

/** A graph builder that knows the layers towers are made of, under their checkpoint names. */
export interface TowerGraph extends OnnxGraphBuilder {
  /** A weight by its checkpoint name, as an input of the graph. */
  weight(name: string, dims: readonly number[]): string;
  /** A constant int64 of no axes; equal ones are shared. */
  integer(value: number): string;
  /** Names of the weights, in the order of their first use. */
  readonly weightNames: readonly string[];
  /** Marks the end of a block, and gives its value again. */
  endBlock(value: string): string;
  /** Values at which blocks end, in order. */
  readonly blocks: readonly string[];
  /** `x [rows, from] · weight [to, from]ᵀ + bias`, as torch's Linear keeps them. */
  linear(x: string, name: string, from: number, to: number, options?: LinearOptions): string;
  /** torch's LayerNorm over the last axis of `width`. */
  layerNorm(x: string, name: string, width: number, epsilon: number): string;
}

/** Options of {@link TowerGraph.linear}. */
interface LinearOptions {
  /** Default true. */
  readonly bias?: boolean | undefined;
  /** Multiplies the whole, at no cost. Default 1. */
  readonly factor?: number | undefined;
  /** Multiplies the product but not the bias, at no cost. Default 1. */
  readonly productFactor?: number | undefined;
}

/** Starts the graph of a tower. */
export function createTowerGraph(): TowerGraph {
  const builder = createGraphBuilder();
  const weightNames: string[] = [];
  const blocks: string[] = [];
  const weight = (name: string, dims: readonly number[]): string => {
    if (!weightNames.includes(name)) weightNames.push(name);
    return builder.input(name, "float32", dims);
  };
  return {
    ...builder,
    weight,
    integer: (value) =>
      builder.constant({
        name: `integer ${value}`,
        ...createOnnxTensor("int64", BigInt64Array.of(BigInt(value)), []),
      }),
    weightNames,
    blocks,
    endBlock(value) {
      blocks.push(value);
      return value;
    },
    linear(x, name, from, to, { bias = true, factor = 1, productFactor = 1 } = {}) {
      const factors = [x, weight(`${name}.weight`, [to, from])];
      if (bias) factors.push(weight(`${name}.bias`, [to]));
      const alpha = factor * productFactor;
      return builder.apply("Gemm", factors, {
        transB: int(1),
        ...(alpha === 1 ? {} : { alpha: float(alpha) }),
        ...(factor === 1 ? {} : { beta: float(factor) }),
      });
    },
    layerNorm(x, name, width, epsilon) {
      const factors = [x, weight(`${name}.weight`, [width]), weight(`${name}.bias`, [width])];
      return builder.apply("LayerNormalization", factors, { epsilon: float(epsilon) });
    },
  };
}
