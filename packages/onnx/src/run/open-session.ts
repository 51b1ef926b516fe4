import { availableParallelism } from "node:os";
import { MegaPairsError } from "@megapairs/spec";
import { openingError } from "./opening-error.ts";
import type { OnnxDevice, SessionSettings } from "./session-messages.ts";
import type { SessionOpening } from "./session-thread.ts";
import { SessionThread } from "./session-thread.ts";

const AUTO: readonly OnnxDevice[] = ["cuda", "cpu"];

/** A session in a thread of its own, ready to run. */
export interface OpenSession {
  readonly thread: SessionThread;
  readonly opening: Extract<SessionOpening, { type: "ready" }>;
}

/** What {@link openSession} takes beside the model's name. */
export interface OpenSessionSettings extends Pick<
  SessionSettings,
  "model" | "memoryPattern" | "spinning"
> {
  /** Default `cpu`. */
  readonly device?: OnnxDevice | "auto" | undefined;
  /** Default: all cores. */
  readonly threads?: number | undefined;
  /** Default `all`. */
  readonly graphOptimization?: SessionSettings["graphOptimization"] | undefined;
}

/** Loads a model; rejects as `createOnnxModel` says, having ended the thread. */
export async function openSession(
  name: string,
  settings: OpenSessionSettings,
): Promise<OpenSession> {
  const { device = "cpu", threads = availableParallelism(), graphOptimization = "all" } = settings;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new MegaPairsError("invalid-argument", `threads must be at least 1, found ${threads}`);
  }
  // The CPU comes last for a device asked for by name too: it tells a bad device from a bad file.
  const devices = device === "auto" ? AUTO : [...new Set<OnnxDevice>([device, "cpu"])];
  const { model, memoryPattern, spinning } = settings;
  const thread = new SessionThread(name, {
    model,
    devices,
    threads,
    graphOptimization,
    memoryPattern,
    spinning,
  });
  const opening = await thread.opening;
  const problem = openingError(name, device, opening);
  if (problem === undefined && opening.type === "ready") return { thread, opening };
  await thread.dispose();
  throw problem ?? new Error(`${name} was not opened`);
}
