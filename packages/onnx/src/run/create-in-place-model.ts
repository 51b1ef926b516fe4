import { encodeModelProto } from "../definition/messages.ts";
import type { OnnxModelDefinition } from "../definition/onnx-model-definition.ts";
import type { OnnxTensor } from "../definition/onnx-tensor.ts";
import { toModelProto } from "../definition/to-model-proto.ts";
import { checkFeeds, checkTargets } from "./check-feeds.ts";
import { openSession } from "./open-session.ts";
import { packFeeds } from "./pack-feeds.ts";
import type {
  InPlaceCall,
  OnnxDevice,
  OnnxValueInfo,
  SessionSettings,
} from "./session-messages.ts";
import { IN_PLACE } from "./session-messages.ts";

/** Settings of {@link createInPlaceModel}. */
export interface InPlaceModelSettings {
  /** The graph; what is large in it belongs into inputs over shared memory. */
  readonly definition: OnnxModelDefinition;
  /** Where to run. Default `cpu`; see `createOnnxModel`. */
  readonly device?: OnnxDevice | "auto" | undefined;
  /** Threads of one operator. Default: all cores this process may use. */
  readonly threads?: number | undefined;
  /** What the model is called in messages. Default: the graph's name. */
  readonly modelName?: string | undefined;
  /** How far ONNX Runtime rewrites the graph before running it. Default `all`, its own. */
  readonly graphOptimization?: SessionSettings["graphOptimization"] | undefined;
}

/** A loaded graph that writes its outputs into arrays of the caller's. */
export interface InPlaceModel {
  readonly name: string;
  readonly inputs: readonly OnnxValueInfo[];
  readonly outputs: readonly OnnxValueInfo[];
  /** Where it really runs. */
  readonly device: OnnxDevice;

  /**
   * Computes all outputs into the tensors of `into`, which lie over SharedArrayBuffers. Feeds that do
   * so too are read where they lie; others are copied when the call is made. An output may lie where
   * an input lies if the node that makes it is the last to read that input, element by element.
   *
   * Rejects as `OnnxModel.run` does, and with `invalid-argument` where `into` does not fit.
   */
  run(
    feeds: Readonly<Record<string, OnnxTensor>>,
    into: Readonly<Record<string, OnnxTensor>>,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<void>;

  /**
   * Several runs, one after the other, for the price of one call: blocks of one array. Aborting ends
   * it unheard.
   */
  runEach(
    calls: readonly InPlaceCall[],
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<void>;

  /** Ends the calls already made, then frees the session and the thread. Twice is harmless. */
  dispose(): Promise<void>;
}

/**
 * Loads a graph for work on large arrays that stay where they are: weights, gradients and moments of
 * a training run. Nothing is copied on the way in or out, and threads spin while they wait, for the
 * graph is taken to have the cores to itself. Memory is given out as it is needed, not by a plan
 * from the last run, which lowers the peak by up to a half.
 *
 * onnxruntime-node 1.30 copies every output it hands over, even those that it wrote in place. It
 * refuses outputs that are no tensors, though, and before it copies any: such a one is put first.
 *
 * Rejects as `createOnnxModel` does.
 */
export async function createInPlaceModel(settings: InPlaceModelSettings): Promise<InPlaceModel> {
  const { definition, device, threads, graphOptimization } = settings;
  const name = settings.modelName ?? definition.name;
  const { thread, opening } = await openSession(name, {
    model: encodeModelProto(withMarker(definition)),
    device,
    threads,
    graphOptimization,
    memoryPattern: false,
    spinning: true,
  });

  const runEach: InPlaceModel["runEach"] = async (calls, { signal } = {}) => {
    signal?.throwIfAborted();
    const buffers: ArrayBuffer[] = [];
    const packed = calls.map(({ feeds, into }) => {
      checkFeeds(name, opening.inputs, feeds);
      checkTargets(name, opening.outputs, into);
      const pack = packFeeds(feeds, false);
      buffers.push(...pack.buffers);
      return { feeds: pack.tensors, into };
    });
    await thread.run({}, [], buffers, signal, packed);
  };

  return {
    name,
    inputs: opening.inputs,
    outputs: opening.outputs,
    device: opening.device,
    run: (feeds, into, options) => runEach([{ feeds, into }], options),
    runEach,
    dispose: () => thread.dispose(),
  };
}

/** The model's message with a first output that is a sequence of one small tensor. */
function withMarker(definition: OnnxModelDefinition): ReturnType<typeof toModelProto> {
  const constant = "in place/constant";
  const message = toModelProto({
    ...definition,
    nodes: [
      ...definition.nodes,
      { op: "SequenceConstruct", inputs: [constant], outputs: [IN_PLACE] },
    ],
    initializers: [
      ...definition.initializers,
      { name: constant, dataType: "float32", dims: [], data: new Float32Array(1) },
    ],
  });
  const elemType = { tensorType: { elemType: 1 } };
  const output = [
    { name: IN_PLACE, type: { sequenceType: { elemType } } },
    ...(message.graph?.output ?? []),
  ];
  return { ...message, graph: { ...message.graph, output } };
}
