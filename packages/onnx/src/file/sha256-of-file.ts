import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { MegaPairsError } from "@megapairs/spec";

/** Options of {@link sha256OfFile}. */
export interface Sha256OfFileOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * SHA-256 of a file's bytes, lower-case hex, read as a stream. Rejects with `invalid-argument`
 * naming the path where it cannot be read.
 */
export async function sha256OfFile(
  path: string,
  options: Sha256OfFileOptions = {},
): Promise<string> {
  options.signal?.throwIfAborted();
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash, { signal: options.signal });
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new MegaPairsError("invalid-argument", `cannot read the file ${path}`, { cause });
  }
  return hash.digest("hex");
}
