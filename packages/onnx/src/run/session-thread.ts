import { Worker } from "node:worker_threads";
import { MegaPairsError } from "@megapairs/spec";
import type {
  InPlaceCall,
  OutputParts,
  SessionReply,
  SessionRequest,
  SessionSettings,
  TensorsByName,
} from "./session-messages.ts";

interface PendingCall {
  readonly resolve: (outputs: readonly OutputParts[]) => void;
  readonly reject: (reason: unknown) => void;
}

/** What the thread says once, after loading. */
export type SessionOpening = Extract<SessionReply, { type: "ready" | "not-ready" }>;

/** A session's thread, seen from outside: pairs each reply with the call that waits for it. */
export class SessionThread {
  readonly #name: string;
  readonly #worker: Worker;
  readonly #pending: Map<number, PendingCall> = new Map();
  readonly #exited: Promise<void>;
  readonly opening: Promise<SessionOpening>;
  #lastId = 0;
  #failure: MegaPairsError | undefined;
  #disposing = false;

  constructor(name: string, settings: SessionSettings) {
    this.#name = name;
    const file = import.meta.url.endsWith(".ts") ? "./session-worker.ts" : "./session-worker.js";
    this.#worker = new Worker(new URL(file, import.meta.url), { workerData: settings });
    this.#worker.on("error", (cause) => {
      this.#fail(`failed: ${cause.message}`, cause);
    });
    this.opening = new Promise((resolve, reject) => {
      this.#worker.on("message", (reply: SessionReply) => {
        if (reply.type === "result" || reply.type === "failure") {
          this.#settle(reply);
        } else {
          this.#worker.unref();
          resolve(reply);
        }
      });
      this.#worker.on("exit", (code) => {
        reject(this.#fail(`ended with exit code ${code}`));
      });
    });
    this.#exited = new Promise((resolve) => {
      this.#worker.once("exit", () => {
        resolve();
      });
    });
  }

  run(
    feeds: TensorsByName,
    outputs: readonly string[],
    buffers: readonly ArrayBuffer[],
    signal: AbortSignal | undefined,
    inPlace?: readonly InPlaceCall[],
  ): Promise<readonly OutputParts[]> {
    if (this.#disposing) {
      const message = `${this.#name} is disposed, expected to be asked before`;
      return Promise.reject(new MegaPairsError("invalid-argument", message));
    }
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    this.#lastId += 1;
    const id = this.#lastId;
    const abort = (): void => {
      this.#post({ type: "cancel", id });
      this.#forget(id)?.reject(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    return new Promise<readonly OutputParts[]>((resolve, reject) => {
      if (this.#pending.size === 0) this.#worker.ref();
      this.#pending.set(id, { resolve, reject });
      this.#post({ type: "run", id, feeds, outputs, inPlace }, buffers);
    }).finally(() => {
      signal?.removeEventListener("abort", abort);
    });
  }

  /** Lets the thread do what it was given and end by itself: to kill it in a native call aborts the process. */
  async dispose(): Promise<void> {
    if (!this.#disposing) {
      this.#disposing = true;
      this.#worker.ref();
      this.#post({ type: "dispose" });
    }
    await this.#exited;
  }

  #post(request: SessionRequest, buffers: readonly ArrayBuffer[] = []): void {
    this.#worker.postMessage(request, buffers);
  }

  #settle(reply: Extract<SessionReply, { type: "result" | "failure" }>): void {
    const call = this.#forget(reply.id);
    if (reply.type === "result") {
      call?.resolve(reply.outputs);
      return;
    }
    const message = `${this.#name} failed on these values: ${reply.message}`;
    const cause = new Error(reply.message);
    call?.reject(new MegaPairsError("rejected", message, { cause }));
  }

  #forget(id: number): PendingCall | undefined {
    const call = this.#pending.get(id);
    this.#pending.delete(id);
    if (this.#pending.size === 0 && !this.#disposing) this.#worker.unref();
    return call;
  }

  #fail(problem: string, cause?: Error): MegaPairsError {
    this.#failure ??= new MegaPairsError("unavailable", `the thread of ${this.#name} ${problem}`, {
      cause,
    });
    for (const { reject } of this.#pending.values()) reject(this.#failure);
    this.#pending.clear();
    return this.#failure;
  }
}
