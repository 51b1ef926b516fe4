/** An input on its way through a tower, with its place in the caller's batch for messages. */
export interface TowerItem<T> {
  readonly index: number;
  readonly value: T;
}

/** One half of an encoder: items in, raw features out. */
export interface Tower<T> {
  readonly dimensions: number;
  /** Row-major float32 `[items, dimensions]`, in order, not normalised. */
  encode(items: readonly TowerItem<T>[], signal: AbortSignal | undefined): Promise<Float32Array>;
}
