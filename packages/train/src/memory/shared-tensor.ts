import { countElements, createOnnxTensor } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";

/** Zeros over shared memory, which sessions read and write in place. */
export function sharedFloats(length: number): Float32Array {
  return new Float32Array(new SharedArrayBuffer(length * Float32Array.BYTES_PER_ELEMENT));
}

/** A float32 tensor of zeros over shared memory. */
export function sharedTensor(dims: readonly number[]): OnnxTensor {
  return createOnnxTensor("float32", sharedFloats(countElements(dims)), dims);
}
