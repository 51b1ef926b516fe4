import { createHash, randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { MegaPairsError } from "@megapairs/spec";

/** What the hub said a file is. */
export interface BlobIdentity {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 of a large file's bytes, or git's SHA-1 of a small one. */
  readonly oid: string;
}

/**
 * Writes a file's bytes, checked against its identity, and only then gives it its name: an
 * interrupted download leaves nothing behind. Rejects with `invalid-output` on other bytes.
 */
export async function downloadBlob(
  blob: Blob,
  target: string,
  { path, size, oid }: BlobIdentity,
  signal: AbortSignal | undefined,
): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const incomplete = `${target}.${randomUUID()}.incomplete`;
  const hash = createHash(oid.length === 64 ? "sha256" : "sha1");
  if (oid.length !== 64) hash.update(`blob ${size}\0`);
  let written = 0;
  const measure = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      written += chunk.length;
      yield chunk;
    }
  };
  try {
    await pipeline(Readable.fromWeb(blob.stream()), measure, createWriteStream(incomplete), {
      signal,
    });
    const found = hash.digest("hex");
    if (written !== size || found !== oid) {
      throw new MegaPairsError(
        "invalid-output",
        `the hub sent ${written} bytes ${found} for ${path}, expected ${size} bytes ${oid}`,
      );
    }
    await rename(incomplete, target);
  } finally {
    await rm(incomplete, { force: true });
  }
}
