import type { OnnxModel, OnnxTensor, OnnxValueInfo } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { FeatureOutput, Features } from "./feature-output.ts";
import { readFeatures } from "./feature-output.ts";

/** Tensors for the inputs of a graph that a call has nothing to say about. */
type FillIn = (input: OnnxValueInfo, rows: number) => OnnxTensor | undefined;

/** Settings of {@link createGraphRows}. */
export interface GraphRowsSettings {
  readonly model: OnnxModel;
  readonly output: FeatureOutput;
  /** Name of the input whose first axis is the batch. */
  readonly input: string;
  readonly fillIn?: FillIn | undefined;
}

/** Runs a graph on some rows and reads the features out of its output. */
export type GraphRows = (
  rows: number,
  feeds: Readonly<Record<string, OnnxTensor>>,
  signal: AbortSignal | undefined,
) => Promise<Features>;

/**
 * Makes a graph's call: the feeds that it asks for are passed on, others left out, and what is still
 * missing is filled in. Throws `invalid-argument` on an input that nobody fills.
 */
export function createGraphRows({ model, output, fillIn, input }: GraphRowsSettings): GraphRows {
  const batchAxis = model.inputs.find(({ name }) => name === input)?.dims[0];
  const feed = (
    info: OnnxValueInfo,
    rows: number,
    feeds: Readonly<Record<string, OnnxTensor>>,
  ): OnnxTensor => {
    const given = feeds[info.name];
    if (given !== undefined) return given;
    const fillRows = info.dims[0] === batchAxis ? rows : 1;
    const filled = fillIn?.(info, fillRows);
    if (filled !== undefined) return filled;
    throw new MegaPairsError(
      "invalid-argument",
      `${model.name} takes the input "${info.name}", expected only ${Object.keys(feeds).join(", ")}`,
    );
  };
  return async (rows, feeds, signal) => {
    const complete = model.inputs.map((info) => [info.name, feed(info, rows, feeds)] as const);
    const results = await model.run(Object.fromEntries(complete), {
      outputs: [output.name],
      transfer: true,
      signal,
    });
    return readFeatures(results[output.name], rows, output);
  };
}
