import type { OnnxModel } from "@megapairs/onnx";
import { listOnnxOperators } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/**
 * Operators that take a scale from all of their input: with them a row's result depends on the rows
 * beside it, unless it is alone.
 */
const SCALED_BY_BATCH: ReadonlySet<string> = new Set([
  "DynamicQuantizeLinear",
  "com.microsoft:DynamicQuantizeMatMul",
]);

/**
 * How many rows may go through a graph at once: `wanted`, or 1 where the graph is dynamically
 * quantised or its batch is fixed to 1. Rejects with `unsupported` where the batch is fixed to more.
 */
export async function rowsPerRun(
  model: OnnxModel,
  file: string | Uint8Array,
  input: string,
  wanted: number,
): Promise<number> {
  const batch = model.inputs.find(({ name }) => name === input)?.dims[0];
  if (typeof batch === "number" && batch !== 1) {
    throw new MegaPairsError(
      "unsupported",
      `${model.name} takes batches of exactly ${batch}, expected 1 or any number`,
    );
  }
  if (batch === 1) return 1;
  const operators = await listOnnxOperators(file);
  return operators.some((operator) => SCALED_BY_BATCH.has(operator)) ? 1 : wanted;
}
