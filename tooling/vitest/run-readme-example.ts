import { readFile, rm, writeFile } from "node:fs/promises";
import { vi } from "vitest";

/** What an example did. */
export interface ReadmeExampleRun {
  /** What it exports. */
  readonly exports: Readonly<Record<string, unknown>>;
  /** The arguments of each call of `console.log`. */
  readonly logged: readonly (readonly unknown[])[];
}

/**
 * Runs the first `ts` block of a package's README as a module of its test folder. `testFile` is the
 * `import.meta.url` of a file there.
 */
export async function runReadmeExample(testFile: string): Promise<ReadmeExampleRun> {
  const readme = await readFile(new URL("../README.md", testFile), "utf8");
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1];
  if (code === undefined) throw new Error("The README has no ```ts block.");
  const example = new URL(".readme-example.ts", testFile);
  await writeFile(example, code);
  const log = vi.spyOn(console, "log").mockReturnValue();
  try {
    const exports = (await import(/* @vite-ignore */ example.href)) as Record<string, unknown>;
    return { exports, logged: [...log.mock.calls] };
  } finally {
    log.mockRestore();
    await rm(example, { force: true });
  }
}
