/** The work of one bench row: which model on which files. */
export interface EmbedWork {
  /** Folder in the Hugging Face layout. */
  readonly model: string;
  /** Image files, in order. */
  readonly files: readonly string[];
  readonly batchSize: number;
  /** Threads of one operator. */
  readonly threads: number;
  /** Folder that holds the peers' `node_modules`. */
  readonly peers: string | undefined;
}

/** Something that turns files into vectors, loaded and ready. */
export interface Contender {
  /** Versions and settings worth knowing. */
  readonly facts: Readonly<Record<string, string>>;
  /** Does the first `count` files. Row-major float32 `[count, dimensions]`, any norm, in order. */
  readonly embed: (count: number) => Promise<Float32Array>;
}

/** Makes a contender, outside of what is timed. */
export type CreateContender = (work: EmbedWork) => Promise<Contender>;

/** The rivals. Each runs in a process of its own. */
export const CONTENDERS = ["megapairs", "ready-tensors", "transformers.js"] as const;

/** One of {@link CONTENDERS}. */
export type ContenderName = (typeof CONTENDERS)[number];

/** What the parent asks of a contender's process. */
export type ContenderRequest =
  | { readonly type: "load"; readonly name: ContenderName; readonly work: EmbedWork }
  | { readonly type: "embed" }
  | { readonly type: "vectors" };

/** What it answers, in the same order. */
export type ContenderReply =
  | { readonly type: "loaded"; readonly facts: Readonly<Record<string, string>> }
  | ({ readonly type: "embedded" } & Measurement)
  | { readonly type: "vectors"; readonly vectors: Float32Array }
  | { readonly type: "failed"; readonly message: string };

/** One pass over all files. */
export interface Measurement {
  /** By the clock on the wall. */
  readonly seconds: number;
  /** Of all threads of the process. */
  readonly cpuSeconds: number;
  /** Most memory the process ever had resident. */
  readonly peakMiB: number;
}
