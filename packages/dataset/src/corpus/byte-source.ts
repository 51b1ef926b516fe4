import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";

/** Bytes by position: a file, or what a compressed file unpacks to. */
export interface ByteSource {
  /** True when positions must not go backwards. */
  readonly forwardOnly: boolean;
  /** The bytes from `position` on; fewer than `length` at the end. */
  read(position: number, length: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Opens a file; a name that ends in `.gz` or `.tgz` is unpacked while it is read. */
export async function openByteSource(file: string): Promise<ByteSource> {
  return /\.(?:gz|tgz)$/iu.test(file) ? openGzip(file) : await openFile(file);
}

async function openFile(file: string): Promise<ByteSource> {
  const handle = await open(file, "r");
  return {
    forwardOnly: false,
    async read(position, length) {
      const bytes = new Uint8Array(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await handle.read(bytes, filled, length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return bytes.subarray(0, filled);
    },
    close: () => handle.close(),
  };
}

function openGzip(file: string): ByteSource {
  const compressed = createReadStream(file);
  const unpacked = createGunzip();
  compressed.on("error", (error) => unpacked.destroy(error));
  compressed.pipe(unpacked);
  const chunks: AsyncIterator<Buffer> = unpacked[Symbol.asyncIterator]();
  let chunk: Buffer = Buffer.alloc(0);
  let chunkStart = 0;

  async function advance(): Promise<boolean> {
    const next = await chunks.next();
    if (next.done === true) return false;
    chunkStart += chunk.length;
    chunk = next.value;
    return true;
  }

  return {
    forwardOnly: true,
    async read(position, length) {
      const parts: Buffer[] = [];
      let wanted = position;
      const end = position + length;
      while (wanted < end) {
        const from = wanted - chunkStart;
        if (from >= chunk.length) {
          if (!(await advance())) break;
          continue;
        }
        const part = chunk.subarray(from, Math.min(chunk.length, end - chunkStart));
        parts.push(part);
        wanted += part.length;
      }
      return Buffer.concat(parts);
    },
    async close() {
      compressed.destroy();
      unpacked.destroy();
    },
  };
}
