import compiled from "./resample-kernel.json" with { type: "json" };

/** The two passes of a resampling over a memory of their own, see `resample-kernel.wat`. */
export interface ResampleKernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  resampleAcross(
    row: number,
    starts: number,
    lengths: number,
    weights: number,
    weightsStep: number,
    count: number,
    write: number,
  ): void;
  resampleDown(
    first: number,
    stride: number,
    length: number,
    weights: number,
    bytes: number,
    write: number,
  ): void;
}

/** As much of WebAssembly's interface as is used here; Node's types leave it out. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: ResampleKernel };
};

const pageBytes = 65_536;
/** A kernel that once held a huge picture would keep its memory; those get one of their own. */
const mostKeptBytes = 16 * 2 ** 20;

const module = new WebAssembly.Module(Buffer.from(compiled.wasm, "base64"));
const kept = new WebAssembly.Instance(module).exports;

/**
 * A kernel with at least that much memory, whose contents are arbitrary. It is the caller's until the
 * next call. Throws `RangeError` where there is no such memory: the most is 4 GiB.
 */
export function resampleKernelOf(bytes: number): ResampleKernel {
  const kernel = bytes <= mostKeptBytes ? kept : new WebAssembly.Instance(module).exports;
  const missing = bytes - kernel.memory.buffer.byteLength;
  if (missing > 0) kernel.memory.grow(Math.ceil(missing / pageBytes));
  return kernel;
}
