import { Worker } from "node:worker_threads";

import { MegaPairsError } from "@megapairs/spec";
import type { ImageSource } from "@megapairs/spec";

import type {
  PixelReply,
  PixelRequest,
  PixelWorkerSettings,
  PreparedPicture,
} from "./pixel-messages.ts";

/** How to prepare pictures. */
export interface PixelPoolSettings extends PixelWorkerSettings {
  /** Threads, at least 1. */
  readonly workers: number;
}

/** A picture that waits for a worker, or is with one. */
interface Call {
  readonly id: number;
  readonly source: ImageSource;
  readonly resolve: (picture: PreparedPicture) => void;
  readonly reject: (reason: unknown) => void;
}

/** A thread and the calls that are with it. */
interface Lane {
  readonly worker: Worker;
  readonly calls: Map<number, Call>;
  readonly exited: Promise<void>;
}

/** Pictures with a worker at once: one is decoded, on libuv's threads, while it resizes another. */
const CALLS_PER_WORKER = 2;

/**
 * Threads that decode, resize and crop pictures. Calls go out in the order in which they came, at
 * most two to a thread, so that no more than that is decoded at once. Idle threads do not keep the
 * process alive.
 */
export class PixelPool {
  readonly #lanes: readonly Lane[];
  readonly #waiting: Call[] = [];
  #lastId = 0;
  #closed = false;
  #failure: MegaPairsError | undefined;

  constructor({ workers, ...settings }: PixelPoolSettings) {
    this.#lanes = Array.from({ length: workers }, () => this.#openLane(settings));
  }

  /**
   * Decodes, resizes and crops a picture. Rejects with `corrupt-data` or `unsupported` on one that
   * is no readable picture, `unavailable` when a thread is gone, `invalid-argument` after `close`.
   */
  prepare(source: ImageSource): Promise<PreparedPicture> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#closed) {
      const message = "the batch loader is closed, expected to be asked before";
      return Promise.reject(new MegaPairsError("invalid-argument", message));
    }
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ id, source, resolve, reject });
      this.#dispatch();
    });
  }

  /** Lets the threads do what they were given and end by themselves. Twice is harmless. */
  async close(): Promise<void> {
    if (!this.#closed) {
      this.#closed = true;
      this.#closeIdle();
    }
    await Promise.all(this.#lanes.map(({ exited }) => exited));
  }

  #openLane(settings: PixelWorkerSettings): Lane {
    const file = import.meta.url.endsWith(".ts") ? "./pixel-worker.ts" : "./pixel-worker.js";
    const worker = new Worker(new URL(file, import.meta.url), { workerData: settings });
    worker.unref();
    const calls = new Map<number, Call>();
    const exited = new Promise<void>((resolve) => {
      worker.once("exit", (code) => {
        resolve();
        if (!this.#closed || calls.size > 0) this.#fail(`ended with exit code ${code}`);
      });
    });
    worker.on("error", (cause) => this.#fail(`failed: ${cause.message}`, cause));
    const lane = { worker, calls, exited };
    worker.on("message", (reply: PixelReply) => this.#settle(lane, reply));
    return lane;
  }

  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const [lane] = this.#lanes.toSorted((left, right) => left.calls.size - right.calls.size);
      if (lane === undefined || lane.calls.size >= CALLS_PER_WORKER) return;
      const call = this.#waiting.shift()!;
      if (lane.calls.size === 0) lane.worker.ref();
      lane.calls.set(call.id, call);
      const { source, bytes } = copyOf(call.source);
      const request: PixelRequest = { type: "prepare", id: call.id, source };
      lane.worker.postMessage(request, [bytes.buffer]);
    }
  }

  #settle(lane: Lane, reply: PixelReply): void {
    const call = lane.calls.get(reply.id);
    lane.calls.delete(reply.id);
    this.#dispatch();
    if (lane.calls.size === 0) lane.worker.unref();
    if (this.#closed) this.#closeIdle();
    if (reply.type === "prepared") call?.resolve(reply.picture);
    else call?.reject(new MegaPairsError(reply.code, reply.message));
  }

  #closeIdle(): void {
    if (this.#waiting.length > 0) return;
    for (const { worker, calls } of this.#lanes) {
      if (calls.size > 0) continue;
      worker.ref();
      worker.postMessage({ type: "close" } satisfies PixelRequest, []);
    }
  }

  #fail(problem: string, cause?: Error): void {
    this.#failure ??= new MegaPairsError("unavailable", `a thread that reads pictures ${problem}`, {
      cause,
    });
    const calls = this.#lanes.flatMap((lane) => [...lane.calls.values()]);
    for (const lane of this.#lanes) lane.calls.clear();
    for (const { reject } of [...calls, ...this.#waiting.splice(0)]) reject(this.#failure);
  }
}

/** A source that can be handed over: its bytes, which may lie in a larger buffer, alone. */
function copyOf(source: ImageSource): {
  readonly source: ImageSource;
  readonly bytes: Uint8Array<ArrayBuffer>;
} {
  if (source.type === "bytes") {
    const bytes = new Uint8Array(source.bytes);
    return { source: { ...source, bytes }, bytes };
  }
  const data = new Uint8Array(source.data);
  return { source: { ...source, data }, bytes: data };
}
