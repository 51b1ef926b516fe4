import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../../apps/cli/src/main.ts", import.meta.url));

/** Runs `megapairs` from source, its progress on our stderr; gives its JSON result. */
export async function runCommand(args: readonly string[]): Promise<Record<string, unknown>> {
  process.stderr.write(`$ megapairs ${args.join(" ")}\n`);
  const child = spawn(process.execPath, [...process.execArgv, cli, ...args, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new Error(`megapairs ${args[0]} ended with exit code ${code}`);
  const line = Buffer.concat(chunks).toString().trim().split("\n").at(-1) ?? "";
  return JSON.parse(line) as Record<string, unknown>;
}
