import { createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import type { Features } from "./feature-output.ts";
import type { GraphRows } from "./graph-rows.ts";
import { runInChunks } from "./run-in-chunks.ts";
import type { TextTokenizer, TokenBatch } from "./text-tokenizer.ts";
import type { Tower } from "./tower.ts";

/** Settings of {@link createTextTower}. */
export interface TextTowerSettings {
  readonly run: GraphRows;
  readonly tokenizer: TextTokenizer;
  /** The graph takes its ids as int32 instead of int64. */
  readonly takesInt32: boolean;
  /** How many texts go through the graph at once. */
  readonly rowsPerRun: number;
}

/** The half of an encoder that reads. Runs the graph once, to learn its dimensions. */
export async function createTextTower({
  run,
  tokenizer,
  takesInt32,
  rowsPerRun,
}: TextTowerSettings): Promise<Tower<string>> {
  const compute = (texts: readonly string[], signal?: AbortSignal): Promise<Features> =>
    run(texts.length, textFeeds(tokenizer.encode(texts), texts.length, takesInt32), signal);
  const { dimensions } = await compute(["a"]);
  return {
    dimensions,
    encode: (items, signal) =>
      runInChunks(
        items,
        rowsPerRun,
        async (chunk) => chunk.map(({ value }) => value),
        async (texts) => (await compute(texts, signal)).values,
      ),
  };
}

/** Everything a text graph may ask for; what it does not name is left out. */
export function textFeeds(
  { ids, mask, length }: TokenBatch,
  rows: number,
  takesInt32: boolean,
): Record<string, OnnxTensor> {
  const tensor = (values: BigInt64Array): OnnxTensor =>
    takesInt32
      ? createOnnxTensor("int32", Int32Array.from(values, Number), [rows, length])
      : createOnnxTensor("int64", values, [rows, length]);
  return {
    input_ids: tensor(ids),
    attention_mask: tensor(mask),
    token_type_ids: tensor(new BigInt64Array(ids.length)),
  };
}
