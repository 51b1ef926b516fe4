import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { createObjectsCorpus } from "@megapairs/scenes";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { temporaryDirectory } from "../temporary-directory.ts";
import { readTutorial } from "./read-tutorial.ts";

const REPOSITORY = join(import.meta.dirname, "../../../..");
const MAIN = join(import.meta.dirname, "../../src/main.ts");
/** What the pictures that the tutorial asks for are called there. */
const NAMED = ["beach", "beach-night", "lamp", "lamp-brass", "lamp-brass-2"];
const PICTURES = 64;

const steps = await readTutorial(join(REPOSITORY, "docs/tutorial.md"));
const directory = temporaryDirectory();

describe("docs/tutorial.md", () => {
  const background = new AbortController();
  let variables: Record<string, string>;

  beforeAll(async () => {
    await writePhotos(join(directory, "photos"));
    variables = { PORT: String(await freePort()) };
  });

  afterAll(() => background.abort());

  it.each(steps)("line $line", { timeout: 300_000 }, async ({ file, text }) => {
    const filled = text.replaceAll(/\$([A-Z]+)/gu, (_, name: string) => variables[name]!);
    if (file !== undefined) {
      await writeFile(join(directory, file), filled);
      return;
    }
    const { code, output } = await runCommands(filled, background.signal);
    expect(code, output).toBe(0);
  });

  it("leaves what it promises", () => {
    const promised = [
      "first/calibration-D.jpg",
      "first/contact-sheet.jpg",
      "first/report.html",
      "before/report.html",
      "trained/loss.svg",
      "trained/model/config.json",
      "photos/responses",
      "own-after/report.html",
    ];
    expect(promised.filter((one) => !existsSync(join(directory, "runs", one)))).toEqual([]);
    const run = JSON.parse(readFileSync(join(directory, "runs/photos/run.json"), "utf8"));
    expect(run.stages.guard.rejected).toBeGreaterThanOrEqual(NAMED.length);
  });
});

/** Pictures of the objects world with captions beside them, in the place of a reader's folder. */
async function writePhotos(folder: string): Promise<void> {
  await mkdir(folder);
  const corpus = createObjectsCorpus({ images: PICTURES, seed: 3 });
  for await (const shard of corpus.plan({ shardSize: PICTURES })) {
    let at = 0;
    for await (const entry of corpus.read(shard.input)) {
      const name = NAMED[at] ?? `photo-${at}`;
      await writeFile(join(folder, `${name}.jpg`), await entry.read());
      await writeFile(join(folder, `${name}.txt`), entry.caption ?? "");
      at += 1;
    }
  }
}

/** Runs commands in a shell as a reader does; what they leave in the background ends with `signal`. */
async function runCommands(
  text: string,
  signal: AbortSignal,
): Promise<{ readonly code: number | null; readonly output: string }> {
  const megapairs = `megapairs() { "${process.execPath}" --conditions=@megapairs/source "${MAIN}" "$@"; }`;
  const node = `node() { "${process.execPath}" "$@"; }`;
  const shell = spawn("bash", ["-euo", "pipefail", "-c", `${megapairs}\n${node}\n${text}`], {
    cwd: directory,
    env: { ...process.env, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  // The group of the shell, which holds what it left in the background.
  signal.addEventListener("abort", () => {
    try {
      process.kill(-shell.pid!, "SIGTERM");
    } catch {
      // All of it has ended.
    }
  });
  let output = "";
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (part: string) => (output += part));
  }
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  shell.once("error", reject).once("exit", resolve);
  return { code: await promise, output };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
