import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

/** A directory that goes away after the tests of the file. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "megapairs-cli-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
