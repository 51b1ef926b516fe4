import { isTensor } from "../definition/data-type.ts";
import type { OnnxTensor } from "../definition/onnx-tensor.ts";
import type { TensorsByName } from "./session-messages.ts";

/**
 * Feeds with arrays that can be handed to another thread without a second copy. Those over shared
 * memory are not copied at all.
 */
export function packFeeds(
  feeds: Readonly<Record<string, OnnxTensor>>,
  transfer: boolean,
): { tensors: TensorsByName; buffers: ArrayBuffer[] } {
  const tensors: Record<string, OnnxTensor> = {};
  const buffers = new Set<ArrayBuffer>();
  for (const [name, tensor] of Object.entries(feeds)) {
    const { dataType, dims } = tensor;
    const isKept = isShared(tensor.data) || (transfer && fillsItsBuffer(tensor.data));
    const data = isKept ? tensor.data : tensor.data.slice();
    const packed = { dataType, dims: [...dims], data };
    if (isTensor(packed)) tensors[name] = packed;
    if (ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer) buffers.add(data.buffer);
  }
  return { tensors, buffers: [...buffers] };
}

function fillsItsBuffer(data: OnnxTensor["data"]): boolean {
  return (
    ArrayBuffer.isView(data) &&
    data.buffer instanceof ArrayBuffer &&
    data.byteLength === data.buffer.byteLength
  );
}

/** True for arrays over memory that threads share. */
export function isShared(data: unknown): boolean {
  return ArrayBuffer.isView(data) && data.buffer instanceof SharedArrayBuffer;
}
