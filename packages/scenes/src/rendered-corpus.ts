import type { CorpusEntry, CorpusShard, CorpusV1, JsonValue } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";

/** Settings of {@link renderedCorpus}. */
export interface RenderedCorpusSettings {
  readonly name: string;
  /** How many pictures, at least 1. */
  readonly images: number;
  /** The picture of an index; the same one every time. */
  readonly entryAt: (index: number) => CorpusEntry;
}

/**
 * Pictures that are made when they are read, as a corpus. Throws `invalid-argument` on a count out of
 * range; `read` of an input that its `plan` did not make rejects likewise.
 */
export function renderedCorpus({ name, images, entryAt }: RenderedCorpusSettings): CorpusV1 {
  if (!Number.isInteger(images) || images < 1) {
    throw invalid(`The number of images is ${images}; expected an integer of at least 1.`);
  }

  async function* plan(options: { readonly shardSize: number }): AsyncIterable<CorpusShard> {
    const { shardSize } = options;
    if (!Number.isInteger(shardSize) || shardSize < 1) {
      throw invalid(`The shard size is ${shardSize}; expected an integer of at least 1.`);
    }
    for (let start = 0; start < images; start += shardSize) {
      const end = Math.min(images, start + shardSize);
      const id = String(start / shardSize).padStart(6, "0");
      yield { id, entries: end - start, input: { start, end } };
    }
  }

  async function* read(input: JsonValue): AsyncIterable<CorpusEntry> {
    const [start, end] = rangeOf(input, images);
    for (let index = start; index < end; index++) yield entryAt(index);
  }

  return { specificationVersion: "corpus-v1", name, plan, read };
}

function rangeOf(input: JsonValue, images: number): readonly [number, number] {
  if (typeof input === "object" && input !== null && "start" in input && "end" in input) {
    const { start, end } = input;
    const isWhole = Number.isInteger(start) && Number.isInteger(end);
    if (isWhole && typeof start === "number" && typeof end === "number") {
      if (start >= 0 && start < end && end <= images) return [start, end];
    }
  }
  throw invalid(
    `The shard input is ${JSON.stringify(input)}; expected {start, end} within 0 to ${images}.`,
  );
}

function invalid(message: string): MegaPairsError {
  return new MegaPairsError("invalid-argument", message);
}
