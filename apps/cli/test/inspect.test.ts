import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const out = join(temporaryDirectory(), "run");
const sheet = join(out, "contact-sheet.jpg");

beforeAll(async () => {
  mkdirSync(sheet, { recursive: true });
  const { code, stderr } = await runCli(["run", "--images", "scenes:40", "--out", out]);
  if (code !== 0 || !stderr.includes("No contact sheet: ")) throw new Error(stderr);
}, 60_000);

it("says what a run holds where it cannot put the picture", async () => {
  const { code, stdout, stderr } = await runCli(["inspect", out, "--json"]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ images: 40, contactSheet: null });
  expect(stderr).toMatch(/^No contact sheet: Cannot write .*contact-sheet\.jpg: .*\n$/);
}, 20_000);

it("fails where the picture was asked for and cannot be written", async () => {
  const { code, stderr } = await runCli(["inspect", out, "--sheet", sheet]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^megapairs: Cannot write .*\n$/);
}, 20_000);

it("ends without a word when its reader has seen enough", async () => {
  const main = join(import.meta.dirname, "../src/main.ts");
  const args = ["--conditions=@megapairs/source", main, "inspect", out, "--json"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.once("close", resolve);
  expect(await promise).toBe(0);
  expect(stderr).not.toContain("EPIPE");
}, 20_000);
