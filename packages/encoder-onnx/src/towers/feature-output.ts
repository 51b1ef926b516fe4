import type { OnnxModel, OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/**
 * How a row of tokens becomes one embedding: `cls` takes the first token of `last_hidden_state`,
 * `mean` the mean over the tokens that stand for something (patches; not CLS, registers or padding),
 * `pooler` the output `pooler_output`.
 */
export type Pooling = "cls" | "mean" | "pooler";

/** Where in a graph's outputs the embeddings are. */
export interface FeatureOutput {
  readonly name: string;
  /** Left out: every row of the output is an embedding. */
  readonly pooling: "cls" | "mean" | undefined;
  /** Tokens that `mean` leaves out at the start. */
  readonly prefixTokens: number;
}

/** What {@link chooseFeatureOutput} goes by. */
export interface FeatureOutputChoice {
  /** Outputs that hold one embedding a row, by preference. */
  readonly outputs: readonly string[];
  readonly prefixTokens: number;
  readonly pooling?: Pooling | undefined;
}

/**
 * Finds the output that holds the embeddings. Without a wish for a pooling it is the first of
 * `outputs` that the graph has; where `outputs` is empty, the CLS token of `last_hidden_state`, or
 * else `pooler_output`.
 * Throws `invalid-argument` where the graph has none of them.
 */
export function chooseFeatureOutput(
  model: OnnxModel,
  { outputs, prefixTokens, pooling }: FeatureOutputChoice,
): FeatureOutput {
  const names = model.outputs.map(({ name }) => name);
  const tokens = { name: "last_hidden_state", prefixTokens };
  const rows = { pooling: undefined, prefixTokens };
  const pooler = { name: "pooler_output", ...rows };
  const choices = ((): readonly FeatureOutput[] => {
    if (pooling === "pooler") return [pooler];
    if (pooling !== undefined) return [{ ...tokens, pooling }];
    if (outputs.length > 0) return outputs.map((name) => ({ name, ...rows }));
    return [{ ...tokens, pooling: "cls" }, pooler];
  })();
  const choice = choices.find(({ name }) => names.includes(name));
  if (choice !== undefined) return choice;
  throw new MegaPairsError(
    "invalid-argument",
    `${model.name} has the outputs ${names.join(", ")}, expected ${choices.map(({ name }) => name).join(" or ")}`,
  );
}

/** Embeddings before their L2 norm is made 1: row-major float32 `[rows, dimensions]`. */
export interface Features {
  readonly values: Float32Array;
  readonly dimensions: number;
}

/**
 * Takes the embeddings out of an output of `[rows, …]`. Throws `invalid-argument` where it is not
 * float32 or has other axes than asked for.
 */
export function readFeatures(
  tensor: OnnxTensor | undefined,
  rows: number,
  { name, pooling, prefixTokens }: FeatureOutput,
): Features {
  const found = tensor === undefined ? "nothing" : `${tensor.dataType} [${tensor.dims.join(", ")}]`;
  const [batch, ...axes] = tensor?.dims ?? [];
  const tokenCount = pooling === undefined ? 1 : (axes[0] ?? 0);
  const rest = pooling === undefined ? axes : axes.slice(1);
  const dimensions = rest[0] ?? 0;
  if (
    tensor?.dataType !== "float32" ||
    batch !== rows ||
    rest.slice(1).some((size) => size !== 1) ||
    dimensions === 0 ||
    (pooling !== undefined && axes.length !== 2) ||
    tokenCount <= (pooling === "mean" ? prefixTokens : 0)
  ) {
    const expected = pooling === undefined ? "dimensions" : "tokens, dimensions";
    throw new MegaPairsError(
      "invalid-argument",
      `the output "${name}" is ${found}, expected float32 [${rows}, ${expected}]`,
    );
  }
  if (pooling === undefined) return { values: tensor.data, dimensions };
  const values = new Float32Array(rows * dimensions);
  const first = pooling === "mean" ? prefixTokens : 0;
  const count = pooling === "mean" ? tokenCount - first : 1;
  for (let row = 0; row < rows; row += 1) {
    for (let axis = 0; axis < dimensions; axis += 1) {
      let sum = 0;
      for (let token = first; token < first + count; token += 1) {
        sum += tensor.data[(row * tokenCount + token) * dimensions + axis] ?? 0; // [rows, tokens, dimensions]
      }
      values[row * dimensions + axis] = sum / count;
    }
  }
  return { values, dimensions };
}
