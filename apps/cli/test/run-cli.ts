import { spawn } from "node:child_process";
import { join } from "node:path";

/** How a call of the command ended. */
export interface CliResult {
  /** Exit code, or undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of {@link runCli}. */
export interface RunCliOptions {
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly cwd?: string | undefined;
  /** Called with everything written to stderr so far, and a way to end the process. */
  readonly onStderr?: ((text: string, kill: (signal: NodeJS.Signals) => void) => void) | undefined;
}

const MAIN = join(import.meta.dirname, "../src/main.ts");

/** Runs the command as a user does, in a process of its own. */
export async function runCli(
  args: readonly string[],
  options: RunCliOptions = {},
): Promise<CliResult> {
  const child = spawn(process.execPath, ["--conditions=@megapairs/source", MAIN, ...args], {
    env: { ...process.env, NO_COLOR: "1", ...options.env },
    cwd: options.cwd,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    options.onStderr?.(stderr, (signal) => child.kill(signal));
  });
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  child.once("error", reject).once("close", (code) => resolve(code ?? undefined));
  return { code: await promise, stdout, stderr };
}
