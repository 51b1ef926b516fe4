import type { RowRange } from "../plan-tiles.ts";
import type { ScoredBlock, SieveSettings } from "./tile-sieve.ts";

/** What a sieve's thread gets at its start. */
export interface SieveWorkerSettings {
  readonly sieve: SieveSettings;
  /** All vectors by matrix row over shared memory, as float32 or as bits of float16. */
  readonly resident: Float32Array | Uint16Array | undefined;
}

/** Vectors to be laid side by side. */
export interface Gather {
  /** Positions: a range, or one by one. */
  readonly rows: RowRange | Int32Array;
  /** Row-major float32 over shared memory. */
  readonly into: Float32Array;
}

/** What a sieve's thread is told; it answers each with {@link SieveReply}, but `close`. */
export type SieveRequest =
  | { readonly type: "gather"; readonly gathers: readonly Gather[] }
  | { readonly type: "sift"; readonly block: ScoredBlock }
  | { readonly type: "rank"; readonly rows: RowRange }
  | { readonly type: "close" };

/** What a sieve's thread says when it has done what it was told. */
export interface SieveReply {
  readonly type: "done";
}
