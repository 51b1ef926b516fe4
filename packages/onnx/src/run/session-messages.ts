import type { OnnxDataType, OnnxTensor } from "../definition/onnx-tensor.ts";

/** A graph's input or output, as the session states it. */
export interface OnnxValueInfo {
  readonly name: string;
  readonly dataType: OnnxDataType;
  /** Sizes; a string names one that is known only at run time ("?" where the file gives no name). */
  readonly dims: readonly (number | string)[];
}

/** Where a model runs, as ONNX Runtime names its execution providers. */
export type OnnxDevice = "cpu" | "cuda" | "tensorrt" | "webgpu" | "coreml" | "dml";

/** What the worker thread gets at its start. */
export interface SessionSettings {
  readonly model: string | Uint8Array;
  /** To try, one after the other. */
  readonly devices: readonly OnnxDevice[];
  readonly threads: number;
  readonly graphOptimization: "disabled" | "basic" | "extended" | "all";
  /** Plans the memory of a run from the one before: faster where sizes stay, at a higher peak. */
  readonly memoryPattern: boolean;
  /** Threads that wait for work spin instead of sleeping. */
  readonly spinning: boolean;
}

/**
 * Name of an output that is no tensor, which graphs that write in place have first: onnxruntime-node
 * refuses to hand it over, and so does not copy the tensors behind it, which lie where they should.
 */
export const IN_PLACE = "in place";

/** Feeds by name, as they cross to the worker. */
export type TensorsByName = Readonly<Record<string, OnnxTensor>>;

/** One run of a graph that writes in place. */
export interface InPlaceCall {
  readonly feeds: TensorsByName;
  /** Tensors over shared memory that the outputs are written into. */
  readonly into: TensorsByName;
}

/** An output as it crosses back: a Float16Array, where Node has that, has become its bits. */
export interface OutputParts {
  readonly name: string;
  readonly dataType: OnnxDataType;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/** What the main thread tells the worker. */
export type SessionRequest =
  | {
      readonly type: "run";
      readonly id: number;
      readonly feeds: TensorsByName;
      readonly outputs: readonly string[];
      /** Runs that write in place, one after the other, instead of `feeds` and `outputs`. */
      readonly inPlace?: readonly InPlaceCall[] | undefined;
    }
  | { readonly type: "cancel"; readonly id: number }
  | { readonly type: "dispose" };

/** Why a device could not be used. */
export interface DeviceFailure {
  readonly device: OnnxDevice;
  readonly message: string;
}

/** What the worker tells the main thread. */
export type SessionReply =
  | {
      readonly type: "ready";
      readonly device: OnnxDevice;
      readonly failures: readonly DeviceFailure[];
      readonly inputs: readonly OnnxValueInfo[];
      readonly outputs: readonly OnnxValueInfo[];
    }
  | { readonly type: "not-ready"; readonly failures: readonly DeviceFailure[] }
  | { readonly type: "result"; readonly id: number; readonly outputs: readonly OutputParts[] }
  | { readonly type: "failure"; readonly id: number; readonly message: string };
