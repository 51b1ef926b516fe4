import { open } from "node:fs/promises";

/** Writes a text file from its beginning to its end. */
export interface TextFileWriter {
  write(text: string): Promise<void>;
  /** Writes what is held back; returns the file's size in bytes. */
  close(): Promise<number>;
}

const BUFFER_CHARACTERS = 2 ** 16;

/** Creates the file, which must not exist. */
export async function createTextFileWriter(file: string): Promise<TextFileWriter> {
  const handle = await open(file, "wx");
  let held: string[] = [];
  let characters = 0;
  let bytes = 0;

  async function flush(): Promise<void> {
    const data = Buffer.from(held.join(""));
    held = [];
    characters = 0;
    await handle.appendFile(data);
    bytes += data.byteLength;
  }

  return {
    async write(text) {
      held.push(text);
      characters += text.length;
      if (characters >= BUFFER_CHARACTERS) await flush();
    },
    async close() {
      try {
        await flush();
      } finally {
        await handle.close();
      }
      return bytes;
    },
  };
}
