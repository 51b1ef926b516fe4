import { MegaPairsError } from "@megapairs/spec";
import type { Weight, Weights } from "../tower-model.ts";
import { FLOATS, readFloats } from "./read-floats.ts";
import { withSafetensors } from "./read-safetensors-header.ts";
import { readShardIndex } from "./read-shard-index.ts";
import type { SafetensorsEntry } from "./safetensors-header.ts";

/** Options of {@link readSafetensors}. */
export interface ReadSafetensorsOptions {
  /** Which tensors to read. Default all. */
  readonly select?: ((name: string) => boolean) | undefined;
  /** Puts the data in SharedArrayBuffers, which threads share without a copy. Default false. */
  readonly shared?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What {@link readSafetensors} read. */
export interface ReadSafetensorsResult {
  /** In the order of the files' data. */
  readonly weights: Weights;
  /** Of the file; of the first file, where there are several. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Tensors asked for that hold no F32, F16 or BF16: position ids, for one. They are not read. */
  readonly others: readonly SafetensorsEntry[];
}

/**
 * Reads the weights of a `.safetensors` file, or of all files that a `.safetensors.index.json`
 * lists, as float32: F32 as it is, F16 and BF16 exactly. Files of any size are read tensor by tensor
 * into the arrays given out, with no second copy.
 *
 * Rejects with `invalid-argument` where a file cannot be read, and `corrupt-data`, saying what was
 * found and expected, where it breaks a rule of the format: a header that is longer than the file or
 * 100 MB, is no JSON or has a name twice; data that overlaps, leaves gaps, ends early or has another
 * size than its shape; an index that leads out of its folder or to a tensor that is not there.
 *
 * Source: the format's description and own reader, https://github.com/huggingface/safetensors.
 */
export async function readSafetensors(
  file: string,
  options: ReadSafetensorsOptions = {},
): Promise<ReadSafetensorsResult> {
  const { select = () => true } = options;
  if (!file.endsWith(".index.json")) return readFileOf(file, { ...options, select });
  const weights = new Map<string, Weight>();
  const others: SafetensorsEntry[] = [];
  let metadata: Readonly<Record<string, string>> | undefined;
  for (const [shard, names] of await readShardIndex(file)) {
    const wanted = new Set([...names].filter(select));
    if (wanted.size === 0) continue;
    const part = await readFileOf(shard, { ...options, select: (name) => wanted.has(name) });
    for (const [name, weight] of part.weights) weights.set(name, weight);
    others.push(...part.others);
    metadata ??= part.metadata;
    const found = new Set([...part.weights.keys(), ...part.others.map(({ name }) => name)]);
    const missing = [...wanted].find((name) => !found.has(name));
    if (missing !== undefined) {
      throw new MegaPairsError("corrupt-data", `${file} expects "${missing}" in ${shard}`);
    }
  }
  return { weights, metadata: metadata ?? {}, others };
}

async function readFileOf(
  file: string,
  { select = () => true, shared = false, signal }: ReadSafetensorsOptions,
): Promise<ReadSafetensorsResult> {
  return withSafetensors(file, async (handle, { tensors, metadata }) => {
    const weights = new Map<string, Weight>();
    const others: SafetensorsEntry[] = [];
    for (const entry of tensors.filter(({ name }) => select(name))) {
      signal?.throwIfAborted();
      if (!FLOATS.has(entry.dataType)) others.push(entry);
      else {
        const data = await readFloats(handle, file, entry, shared);
        weights.set(entry.name, { dims: entry.dims, data });
      }
    }
    return { weights, metadata, others };
  });
}
