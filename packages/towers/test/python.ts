import { execFileSync } from "node:child_process";

/** Why tests that start a Python are skipped. */
export const PYTHON_REASON =
  "set MEGAPAIRS_PYTHON to a Python with torch, transformers and safetensors to run it";

/** The Python to compare with, where there is one. */
export const python: string | undefined = process.env["MEGAPAIRS_PYTHON"];

if (python === undefined) process.stderr.write(`towers in Python: skipped, ${PYTHON_REASON}\n`);

/** Runs a program in {@link python}; the JSON on the last line of what it prints. */
export function runPython(program: string, ...args: string[]): unknown {
  const environment = { ...process.env, HF_HUB_OFFLINE: "1", TRANSFORMERS_VERBOSITY: "error" };
  const output = execFileSync(python ?? "python3", ["-c", program, ...args], {
    encoding: "utf8",
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return JSON.parse(output.trim().split("\n").at(-1) ?? "");
}
