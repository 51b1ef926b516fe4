import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { onTestFinished } from "vitest";

export interface SourceProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Its next line on standard output. */
  nextLine(): Promise<string>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts a TypeScript file of this folder in a Node process of its own; killed with the test. */
export function startSource(file: string, ...args: string[]): SourceProcess {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ["--conditions=@megapairs/source", path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const ended = once(child, "exit").then(
    ([code, signal]: (number | string)[]) => code ?? signal ?? "",
  );
  return {
    child,
    pid: child.pid ?? 0,
    ended,
    async nextLine() {
      const { value } = await lines.next();
      return value ?? "";
    },
  };
}
