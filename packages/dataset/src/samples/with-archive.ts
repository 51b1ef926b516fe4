import { MegaPairsError } from "@megapairs/spec";

import { openByteSource } from "../corpus/byte-source.ts";
import type { ByteSource } from "../corpus/byte-source.ts";

/**
 * Opens an archive for as long as `work` takes. Whatever `work` makes of it, a read that failed
 * rejects with `unavailable`: that the disk fails says nothing about what is in the archive.
 */
export async function withArchive<Result>(
  file: string,
  work: (source: ByteSource) => Promise<Result>,
): Promise<Result> {
  let failure: MegaPairsError | undefined;
  const noteFailure = (error: unknown): never => {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `cannot read ${file}: ${reason}`;
    failure ??= new MegaPairsError("unavailable", message, { cause: error });
    throw failure;
  };
  const source = await openByteSource(file).catch(noteFailure);
  try {
    const result = await work({
      forwardOnly: source.forwardOnly,
      read: (position, length) => source.read(position, length).catch(noteFailure),
      close: () => source.close(),
    });
    if (failure !== undefined) throw failure;
    return result;
  } catch (error) {
    throw failure ?? error;
  } finally {
    await source.close();
  }
}
