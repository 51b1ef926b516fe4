import { parentPort, workerData } from "node:worker_threads";
import { env, InferenceSession, Tensor } from "onnxruntime-node";
import type { OnnxTensor } from "../definition/onnx-tensor.ts";
import type {
  DeviceFailure,
  InPlaceCall,
  OnnxValueInfo,
  OutputParts,
  SessionReply,
  SessionRequest,
  SessionSettings,
  TensorsByName,
} from "./session-messages.ts";
import { IN_PLACE } from "./session-messages.ts";

env.logLevel = "fatal";

const port = parentPort;
if (port === null) throw new Error("session-worker runs in a worker thread only");

const queue: Extract<SessionRequest, { type: "run" }>[] = [];
let disposed = false;
let wake = (): void => undefined;

port.on("message", (request: SessionRequest) => {
  if (request.type === "run") queue.push(request);
  else if (request.type === "dispose") disposed = true;
  else removeFromQueue(request.id);
  wake();
});

const session = await openSession(workerData);
if (session !== undefined) await work(session);
await session?.release();
port.close();

/** One call at a time, in order of arrival; a disposed session first does what it was given. */
async function work(open: InferenceSession): Promise<void> {
  for (;;) {
    const request = queue.shift();
    if (request !== undefined) await answer(open, request);
    else if (disposed) return;
    else await new Promise<void>((resolve) => (wake = resolve));
  }
}

async function answer(
  open: InferenceSession,
  { id, feeds, outputs, inPlace }: Extract<SessionRequest, { type: "run" }>,
): Promise<void> {
  try {
    if (inPlace !== undefined) {
      for (const call of inPlace) await runInPlace(open, call);
      send({ type: "result", id, outputs: [] });
      return;
    }
    const results = await open.run(toOrtTensors(feeds), [...outputs]);
    const parts = Object.entries(results).map(([name, tensor]) => partsOf(name, tensor));
    send({ type: "result", id, outputs: parts }, parts);
  } catch (error) {
    send({ type: "failure", id, message: messageOf(error) });
  }
}

async function runInPlace(open: InferenceSession, { feeds, into }: InPlaceCall): Promise<void> {
  try {
    await open.run(toOrtTensors(feeds), { [IN_PLACE]: null, ...toOrtTensors(into) });
  } catch (error) {
    // The graph has run by then: this is said when its results are handed over.
    if (!/non.?tensor type/i.test(messageOf(error))) throw error;
  }
}

async function openSession(settings: SessionSettings): Promise<InferenceSession | undefined> {
  const failures: DeviceFailure[] = [];
  for (const device of settings.devices) {
    try {
      const opened = await create(settings.model, {
        executionProviders: [device],
        intraOpNumThreads: settings.threads,
        interOpNumThreads: 1,
        executionMode: "sequential",
        graphOptimizationLevel: settings.graphOptimization,
        logSeverityLevel: 4,
        extra: { session: { intra_op: { allow_spinning: settings.spinning ? "1" : "0" } } },
        enableMemPattern: settings.memoryPattern,
      });
      const inputs = opened.inputMetadata.map(describe);
      const outputs = opened.outputMetadata.filter(({ name }) => name !== IN_PLACE).map(describe);
      send({ type: "ready", device, failures, inputs, outputs });
      return opened;
    } catch (error) {
      failures.push({ device, message: messageOf(error) });
    }
  }
  send({ type: "not-ready", failures });
  return undefined;
}

function create(
  model: string | Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  return typeof model === "string"
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options);
}

function describe(value: InferenceSession.ValueMetadata): OnnxValueInfo {
  if (!value.isTensor) throw new Error(`value ${value.name} is not a tensor`);
  const { name, type, shape } = value;
  if (type === "int4" || type === "uint4")
    throw new Error(`unsupported data type of ${name}: ${type}`);
  return { name, dataType: type, dims: shape.map((size) => (size === "" ? "?" : size)) };
}

function toOrtTensors(tensors: TensorsByName): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, toOrt(tensor)]));
}

function toOrt({ dataType, dims, data }: OnnxTensor): Tensor {
  if (dataType === "bfloat16") throw new Error(`unsupported data type: ${dataType}`);
  return new Tensor(dataType, data, dims);
}

function partsOf(name: string, { type, dims, data }: Tensor): OutputParts {
  if (type === "int4" || type === "uint4")
    throw new Error(`unsupported data type of ${name}: ${type}`);
  const bits =
    type === "float16" && ArrayBuffer.isView(data)
      ? new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
      : data;
  return { name, dataType: type, dims: [...dims], data: bits };
}

function send(reply: SessionReply, parts: readonly OutputParts[] = []): void {
  const buffers = parts.flatMap(({ data }) =>
    ArrayBuffer.isView(data) && data.buffer instanceof ArrayBuffer ? [data.buffer] : [],
  );
  port?.postMessage(reply, [...new Set(buffers)]);
}

function removeFromQueue(id: number): void {
  const index = queue.findIndex((request) => request.id === id);
  if (index >= 0) queue.splice(index, 1);
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}
