/** A line as it lies in a file. */
export interface RawLine {
  /** Byte offset of its first byte. */
  readonly offset: number;
  /** From 1. */
  readonly number: number;
  /** Bytes, its end left aside. */
  readonly length: number;
  /** Its bytes; only the first of them where it is longer than a splitter holds. */
  readonly parts: readonly Uint8Array[];
}

/** One line of a text file. */
export interface TextLine {
  /** Byte offset of its first byte. */
  readonly offset: number;
  /** From 1 at `start`. */
  readonly number: number;
  /** Without its end; undefined when it could not be read. */
  readonly text: string | undefined;
  /** Why not. */
  readonly problem: string | undefined;
}

/** Cuts a stream of bytes at its newlines. */
export interface LineSplitter {
  /** The lines that end in a chunk, blank ones included. */
  push(chunk: Uint8Array): Iterable<RawLine>;
  /** What follows the last newline. */
  finish(): RawLine;
}

/** The byte that ends a line. */
export const NEWLINE = 0x0a;

/** Creates a {@link LineSplitter} that holds at most `maxLineBytes` and the chunk it is given. */
export function createLineSplitter(start: number, maxLineBytes: number): LineSplitter {
  let parts: Uint8Array[] = [];
  let length = 0;
  let offset = start;
  let number = 1;

  const finish = (): RawLine => {
    const line = { offset, number, length, parts };
    offset += length + 1;
    number += 1;
    parts = [];
    length = 0;
    return line;
  };
  const add = (part: Uint8Array): void => {
    length += part.byteLength;
    if (length <= maxLineBytes) parts.push(part);
  };

  return {
    *push(chunk) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        add(chunk.subarray(from, end));
        yield finish();
        from = end + 1;
      }
      if (from < chunk.length) add(chunk.subarray(from));
    },
    finish,
  };
}

/**
 * The text of a line, undefined for a blank one. A line that is longer than `maxLineBytes` or no
 * UTF-8 comes without text.
 */
export function decodeLine(line: RawLine, maxLineBytes: number): TextLine | undefined {
  const { offset, number, length, parts } = line;
  if (length > maxLineBytes) {
    const problem = `has ${length} bytes, expected at most ${maxLineBytes}`;
    return { offset, number, text: undefined, problem };
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(parts)).trim();
    return text === "" ? undefined : { offset, number, text, problem: undefined };
  } catch {
    return { offset, number, text: undefined, problem: "is not UTF-8" };
  }
}
