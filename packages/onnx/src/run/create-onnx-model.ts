import { stat } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";
import { isTensor } from "../definition/data-type.ts";
import { float16ToFloat32 } from "../definition/float16.ts";
import type { OnnxTensor } from "../definition/onnx-tensor.ts";
import { checkFeeds, checkOutputNames } from "./check-feeds.ts";
import type { OnnxModel, OnnxRunOptions } from "./onnx-model.ts";
import { openSession } from "./open-session.ts";
import { packFeeds } from "./pack-feeds.ts";
import type { OnnxDevice, OutputParts, SessionSettings } from "./session-messages.ts";

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
  const { model, device, threads, graphOptimization } = settings;
  const name = settings.modelName ?? (typeof model === "string" ? model : "the model");
  if (typeof model === "string") await checkFile(model);
  const { thread, opening } = await openSession(name, {
    model,
    device,
    threads,
    graphOptimization,
    memoryPattern: true,
    spinning: false, // other models share the cores
  });

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

/** The tensor that a thread sent the parts of; binary16 becomes float32. */
function toTensor({ dataType, dims, data }: OutputParts): OnnxTensor {
  const tensor = { dataType, dims, data };
  if (!isTensor(tensor)) throw new Error(`ONNX Runtime gave a ${dataType} in another array`);
  if (tensor.dataType !== "float16") return tensor;
  return { dataType: "float32", dims, data: float16ToFloat32(tensor.data) };
}
