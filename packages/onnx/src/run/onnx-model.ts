import type { OnnxTensor } from "../definition/onnx-tensor.ts";
import type { DeviceFailure, OnnxDevice, OnnxValueInfo } from "./session-messages.ts";

/** Options of one {@link OnnxModel.run} call. */
export interface OnnxRunOptions {
  /** Names of the outputs to compute. Default: all. */
  readonly outputs?: readonly string[] | undefined;
  /**
   * Hands the feeds' buffers over instead of copying them, where an array fills its buffer: those
   * arrays are empty afterwards. Default false.
   */
  readonly transfer?: boolean | undefined;
  /**
   * Aborting rejects the call at once with the signal's reason. A call that waits is taken out of
   * the queue; one that computes ends unheard.
   */
  readonly signal?: AbortSignal | undefined;
}

/**
 * A loaded model, running in a thread of its own: the event loop stays free while it computes.
 *
 * Calls are done one at a time, in the order in which they were made.
 */
export interface OnnxModel {
  /** What it is called in messages: a file's path, or what `modelName` said. */
  readonly name: string;
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** Where it really runs. */
  readonly device: OnnxDevice;
  /** Why the devices that `auto` tried before did not work. Empty where the first did. */
  readonly refusedDevices: readonly DeviceFailure[];

  /**
   * Computes outputs from inputs. Feeds are copied when the call is made, see
   * {@link OnnxRunOptions.transfer}; float16 outputs come back as float32.
   *
   * Rejects with `invalid-argument` where names, types, dims or lengths do not fit the graph or
   * the model is disposed, `rejected` where the graph fails on these values, `unavailable` where
   * the thread is gone.
   */
  run(
    feeds: Readonly<Record<string, OnnxTensor>>,
    options?: OnnxRunOptions,
  ): Promise<Record<string, OnnxTensor>>;

  /** Ends the calls already made, then frees the session and the thread. Twice is harmless. */
  dispose(): Promise<void>;
}
