import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { cachedFolder } from "./cache-folder.ts";

const run = promisify(execFile);
const manifest = fileURLToPath(new URL("../../peers/package.json", import.meta.url));

/**
 * Installs the packages of `peers/package.json` into the cache, once for each content of that file,
 * and gives the folder that holds their `node_modules`. No install script is run: prebuilt binaries
 * for the CPU are in the packages themselves. Rejects with npm's own words where it fails.
 */
export async function installPeers(log: (line: string) => void): Promise<string> {
  const content = await readFile(manifest);
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 12);
  return cachedFolder(`peers-${hash}`, async (folder) => {
    log("installing the peers (once) …");
    await copyFile(manifest, join(folder, "package.json"));
    const args = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"];
    await run("npm", args, {
      cwd: folder,
      env: { ...process.env, ONNXRUNTIME_NODE_INSTALL: "skip" },
    });
  });
}
