import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import type {
  ContenderName,
  ContenderReply,
  ContenderRequest,
  EmbedWork,
  Measurement,
} from "./contender.ts";

const program = fileURLToPath(new URL("./contender-main.ts", import.meta.url));

/** A contender in a process of its own: no library, heap or thread pool is shared with its rivals. */
export class ContenderProcess {
  readonly name: ContenderName;
  readonly #child: ChildProcess;

  constructor(name: ContenderName) {
    this.name = name;
    this.#child = fork(program, { serialization: "advanced" });
  }

  /** Loads the model and runs one batch, so that nothing is met for the first time later. */
  async load(work: EmbedWork): Promise<Readonly<Record<string, string>>> {
    return (await this.#ask("loaded", { type: "load", name: this.name, work })).facts;
  }

  /** One pass over all files. */
  async embed(): Promise<Measurement> {
    const { seconds, cpuSeconds, peakMiB } = await this.#ask("embedded", { type: "embed" });
    return { seconds, cpuSeconds, peakMiB };
  }

  /** What the last pass made: row-major `[files, dimensions]`. */
  async vectors(): Promise<Float32Array> {
    return (await this.#ask("vectors", { type: "vectors" })).vectors;
  }

  stop(): void {
    this.#child.kill();
  }

  #ask<Type extends ContenderReply["type"]>(
    expected: Type,
    request: ContenderRequest,
  ): Promise<Extract<ContenderReply, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const settle = (reply: ContenderReply): void => {
        this.#child.off("exit", fail);
        if (isOf(reply, expected)) resolve(reply);
        else reject(new Error(reply.type === "failed" ? reply.message : `found ${reply.type}`));
      };
      const fail = (code: number | null): void => {
        this.#child.off("message", settle);
        reject(new Error(`its process ended with exit code ${code}`));
      };
      this.#child.once("message", settle);
      this.#child.once("exit", fail);
      this.#child.send(request);
    });
  }
}

function isOf<Type extends ContenderReply["type"]>(
  reply: ContenderReply,
  type: Type,
): reply is Extract<ContenderReply, { type: Type }> {
  return reply.type === type;
}
