/** A tensor of a safetensors file, without its data. */
export interface SafetensorsEntry {
  readonly name: string;
  /** As the file says: `F32`, `F16`, `BF16`, `I64`, … */
  readonly dataType: string;
  readonly dims: readonly number[];
  /** Bytes, from the start of the file. */
  readonly offset: number;
  /** Bytes. */
  readonly length: number;
}

/** What a safetensors file says of itself. */
export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly tensors: readonly SafetensorsEntry[];
  readonly metadata: Readonly<Record<string, string>>;
}
