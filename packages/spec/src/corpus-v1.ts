import type { JsonValue } from "./json-value.ts";

/** One picture of a corpus, not read yet. */
export interface CorpusEntry {
  /** Where it is in the corpus: a relative path with forward slashes. Unique in the corpus. */
  readonly path: string;
  /** Alt-text or caption, where the corpus has one. */
  readonly caption?: string | undefined;
  /** The file's bytes. Rejects with `corrupt-data` when missing or larger than the limit. */
  read(): Promise<Uint8Array>;
}

/** Consecutive entries of a corpus. */
export interface CorpusShard {
  /** Sorts in corpus order: `000017`. */
  readonly id: string;
  /** Entries in the shard. */
  readonly entries: number;
  /** All that {@link CorpusV1.read} needs to find them again, in any process. */
  readonly input: JsonValue;
}

/** A set of captioned pictures in a fixed order: a folder, tars, JSON Lines, a rendered world. */
export interface CorpusV1 {
  readonly specificationVersion: "corpus-v1";
  /** For people: a path or a short description. */
  readonly name: string;

  /** Cuts the corpus into shards of at most `shardSize` entries; the same ones every time. */
  plan(options: { readonly shardSize: number }): AsyncIterable<CorpusShard>;

  /** The entries of a shard, in order. */
  read(input: JsonValue): AsyncIterable<CorpusEntry>;
}
