import type { RejectRecord } from "./reject-record.ts";

/** A row as plain values; the store knows its table's schema. */
export type Row = Readonly<Record<string, unknown>>;

/** Everything one shard of one stage produced: it becomes visible whole or not at all. */
export interface ShardOutput {
  /** Stage name, for people: `embed`. */
  readonly stage: string;
  /** Stage identity: SHA-256 hex of its code version, settings, inputs and models. */
  readonly identity: string;
  readonly shard: string;
  /** Rows by table name, in an order that depends on the shard's input alone. */
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  /** Items that gave no row, each with its reason. */
  readonly rejects: readonly RejectRecord[];
}

/** The done-mark of a shard. */
export interface ShardCommit {
  readonly stage: string;
  readonly identity: string;
  readonly shard: string;
  /** Rows written, by table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly rejected: number;
  /** SHA-256 hex over the rows' canonical form: equal input and settings give an equal digest. */
  readonly digest: string;
}

/** Where the stages of a run put their rows. Every method may be called from several tasks at once. */
export interface ShardStoreV1 {
  readonly specificationVersion: "shard-store-v1";

  /** Done-marks of a stage. */
  commits(identity: string): Promise<readonly ShardCommit[]>;

  /** Removes rows of the stage that have no done-mark: what a killed writer left. */
  recover(identity: string, tables: readonly string[]): Promise<void>;

  /** Writes the rows of a shard, then its done-mark. */
  commit(output: ShardOutput): Promise<ShardCommit>;
}
