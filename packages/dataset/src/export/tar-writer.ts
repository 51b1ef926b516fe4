import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import path from "node:path";

import { pack } from "tar-stream";
import type { Pack } from "tar-stream";

/** Writes files into numbered tars, each of about the same size. */
export interface TarWriter {
  add(name: string, bytes: Uint8Array): Promise<void>;
  /** Paths of the tars, in order. */
  close(): Promise<readonly string[]>;
  /** Ends the open tar after a failure; what is written is not whole. */
  abandon(): Promise<void>;
}

/** Bytes of a tar block; a file takes a header block and whole blocks of data. */
const BLOCK = 512;

/**
 * Creates `images-00000.tar`, `images-00001.tar`, … in a directory: a tar is full when the next
 * file would take it over `shardBytes`. The same files in the same order give the same bytes:
 * mode 0644, owner 0, time 0.
 */
export function createTarWriter(directory: string, shardBytes: number): TarWriter {
  const paths: string[] = [];
  let current: { readonly archive: Pack; readonly written: Promise<void> } | undefined;
  let used = 0;

  async function finish(): Promise<void> {
    const finished = current;
    current = undefined;
    finished?.archive.finalize();
    await finished?.written;
  }

  function start(): Pack {
    const file = path.join(directory, `images-${String(paths.length).padStart(5, "0")}.tar`);
    const archive = pack();
    const written = pipeline(archive, createWriteStream(file, { flags: "wx" }));
    written.catch(() => {});
    paths.push(file);
    current = { archive, written };
    used = 0;
    return archive;
  }

  return {
    async add(name, bytes) {
      const size = BLOCK + Math.ceil(bytes.byteLength / BLOCK) * BLOCK;
      if (current !== undefined && used + size > shardBytes) await finish();
      const archive = current?.archive ?? start();
      used += size;
      const header = {
        name,
        size: bytes.byteLength,
        mode: 0o644,
        uid: 0,
        gid: 0,
        mtime: new Date(0),
      };
      const stored = new Promise<void>((resolve, reject) => {
        const sink = archive.entry(header, (error) => (error ? reject(error) : resolve()));
        sink.end(bytes);
      });
      await Promise.race([stored, current?.written]);
    },
    async close() {
      await finish();
      return paths;
    },
    async abandon() {
      const abandoned = current;
      current = undefined;
      abandoned?.archive.destroy();
      await abandoned?.written.catch(() => {});
    },
  };
}
