import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { MegaPairsError } from "@megapairs/spec";
import { isTensor } from "../definition/data-type.ts";
import { float16ToFloat32 } from "../definition/float16.ts";
import type { OnnxTensor } from "../definition/onnx-tensor.ts";
import { checkFeeds, checkOutputNames } from "./check-feeds.ts";
import type { OnnxModel, OnnxRunOptions } from "./onnx-model.ts";
import { openingError } from "./opening-error.ts";
import type {
  OnnxDevice,
  OutputParts,
  SessionSettings,
  TensorsByName,
} from "./session-messages.ts";
import { SessionThread } from "./session-thread.ts";

const AUTO: readonly OnnxDevice[] = ["cuda", "cpu"];

/** Settings of {@link createOnnxModel}. */
export interface OnnxModelSettings {
  /** Path of an `.onnx` file (which may refer to others beside it), or its bytes. */
  readonly model: string | Uint8Array;
  /**
   * Where to run. A device asked for by name is used or refused with `unsupported`; `auto` is the
   * first that works of `cuda` and `cpu`. Default `cpu`, which gives the same numbers everywhere.
   */
  readonly device?: OnnxDevice | "auto" | undefined;
  /** Threads of one operator. Default: all cores this process may use. */
  readonly threads?: number | undefined;
  /** What the model is called in messages. Default: its path, or "the model". */
  readonly modelName?: string | undefined;
  /** How far ONNX Runtime rewrites the graph before running it. Default `all`, its own. */
  readonly graphOptimization?: SessionSettings["graphOptimization"] | undefined;
}

/**
 * Loads a model into a thread of its own.
 *
 * Rejects with `invalid-argument` where the file does not exist or a setting is out of range,
 * `corrupt-data` where it is no ONNX model, `unsupported` where this build of ONNX Runtime or the
 * device cannot run it, or where an input is float16, which onnxruntime-node 1.30 cannot feed.
 */
export async function createOnnxModel(settings: OnnxModelSettings): Promise<OnnxModel> {
  const { model, device = "cpu", threads = availableParallelism() } = settings;
  const name = settings.modelName ?? (typeof model === "string" ? model : "the model");
  if (!Number.isInteger(threads) || threads < 1) {
    throw new MegaPairsError("invalid-argument", `threads must be at least 1, found ${threads}`);
  }
  if (typeof model === "string") await checkFile(model);
  // The CPU comes last for a device asked for by name too: it tells a bad device from a bad file.
  const devices = device === "auto" ? AUTO : [...new Set<OnnxDevice>([device, "cpu"])];
  const { graphOptimization = "all" } = settings;
  const thread = new SessionThread(name, { model, devices, threads, graphOptimization });
  const opening = await thread.opening;
  const problem = openingError(name, device, opening);
  if (problem !== undefined || opening.type === "not-ready") {
    await thread.dispose();
    throw problem;
  }

  const run = async (
    feeds: Readonly<Record<string, OnnxTensor>>,
    options: OnnxRunOptions = {},
  ): Promise<Record<string, OnnxTensor>> => {
    options.signal?.throwIfAborted();
    checkFeeds(name, opening.inputs, feeds);
    const outputs = options.outputs ?? opening.outputs.map((output) => output.name);
    checkOutputNames(name, opening.outputs, outputs);
    const { tensors, buffers } = packFeeds(feeds, options.transfer ?? false);
    const results = await thread.run(tensors, outputs, buffers, options.signal);
    return Object.fromEntries(results.map((parts) => [parts.name, toTensor(parts)]));
  };

  return {
    name,
    inputs: opening.inputs,
    outputs: opening.outputs,
    device: opening.device,
    refusedDevices: opening.failures,
    run,
    dispose: () => thread.dispose(),
  };
}

async function checkFile(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isFile() !== true) {
    throw new MegaPairsError("invalid-argument", `there is no model file ${path}`);
  }
}

/** Feeds with arrays that can be handed to another thread without a second copy. */
function packFeeds(
  feeds: Readonly<Record<string, OnnxTensor>>,
  transfer: boolean,
): { tensors: TensorsByName; buffers: ArrayBuffer[] } {
  const tensors: Record<string, OnnxTensor> = {};
  const buffers = new Set<ArrayBuffer>();
  for (const [name, tensor] of Object.entries(feeds)) {
    const { dataType, dims } = tensor;
    const data = transfer && fillsItsBuffer(tensor.data) ? tensor.data : tensor.data.slice();
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

/** The tensor that a thread sent the parts of; binary16 becomes float32. */
function toTensor({ dataType, dims, data }: OutputParts): OnnxTensor {
  const tensor = { dataType, dims, data };
  if (!isTensor(tensor)) throw new Error(`ONNX Runtime gave a ${dataType} in another array`);
  if (tensor.dataType !== "float16") return tensor;
  return { dataType: "float32", dims, data: float16ToFloat32(tensor.data) };
}
