import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How to run a contender: a program of ours, or a Python script. */
export interface JsonProcess {
  /** Path of a `.ts` file, or of a `.py` file, which `MEGAPAIRS_PYTHON` runs, else `python3`. */
  readonly program: string;
  /** What it gets as its only argument, as JSON. */
  readonly request: unknown;
  /** Threads of libraries that ask the environment. */
  readonly threads: number;
  /** Ends it after so long; unbounded by default. */
  readonly timeoutSeconds?: number | undefined;
}

/**
 * Runs a contender in a process of its own; gives the JSON that it printed. Rejects with the last
 * line that it said.
 */
export async function runJsonProcess(settings: JsonProcess): Promise<unknown> {
  const { program, request, threads, timeoutSeconds = 0 } = settings;
  const [command, args] = program.endsWith(".py")
    ? [process.env["MEGAPAIRS_PYTHON"] ?? "python3", []]
    : [process.execPath, process.execArgv];
  try {
    const { stdout } = await run(command, [...args, program, JSON.stringify(request)], {
      env: { ...process.env, OMP_NUM_THREADS: String(threads) },
      timeout: 1000 * timeoutSeconds,
      killSignal: "SIGKILL",
    });
    return JSON.parse(stdout);
  } catch (error) {
    if (error instanceof Error && "killed" in error && error.killed === true) {
      throw new Error(`it took more than ${timeoutSeconds} seconds`, { cause: error });
    }
    throw new Error(lastLine(error), { cause: error });
  }
}

function lastLine(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
  const text = said === "" && error instanceof Error ? error.message : said;
  return text.split("\n").at(-1) ?? "it failed";
}
