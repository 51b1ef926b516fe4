import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { testPicture } from "@megapairs/conformance";
import type { GenerateOptions, PromptPart, VlmBackendV1 } from "@megapairs/spec";
import { createOpenAIVlm, probeOpenAIVlm } from "@megapairs/vlm-openai";
import type { OpenAIVlmSettings } from "@megapairs/vlm-openai";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";

const REASON =
  "set MEGAPAIRS_PYTHON to a Python with torch, torchvision, pillow and transformers[serving] to run it";
const python = process.env["MEGAPAIRS_PYTHON"];
if (python === undefined) process.stderr.write(`transformers serve: skipped, ${REASON}\n`);

const START_MS = 120_000;

async function freePort(): Promise<number> {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const address = holder.address();
  holder.close();
  await once(holder, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  const isHealthy = async (): Promise<boolean> => {
    if (child.exitCode !== null) throw new Error(`serve ended with exit code ${child.exitCode}`);
    const response = await fetch(`${url}/health`).catch(() => undefined);
    return response?.ok ?? false;
  };
  await vi.waitUntil(isHealthy, { timeout: START_MS, interval: 100 });
}

/** A random LLaVA-NeXT of 0.2M parameters: what it says is noise, how it is said is real. */
describe.skipIf(python === undefined)(`transformers serve (${REASON})`, () => {
  const environment = { ...process.env, HF_HUB_OFFLINE: "1" };
  let directory = "";
  let child: ChildProcess | undefined;
  let url = "";
  let vlm: VlmBackendV1;

  const create = (settings: Partial<OpenAIVlmSettings> = {}): VlmBackendV1 =>
    createOpenAIVlm({ baseUrl: `${url}/v1`, model: directory, ...settings });

  const options = (...prompt: PromptPart[]): GenerateOptions => ({
    prompt,
    maxOutputTokens: 12,
    temperature: 0,
  });
  const picture = (variant: number): PromptPart => ({
    type: "image",
    image: testPicture({ variant }).bytes,
  });
  const question: PromptPart = { type: "text", text: "How do they differ?" };

  beforeAll(async () => {
    if (python === undefined) return;
    directory = await mkdtemp(join(tmpdir(), "megapairs-tiny-vlm-"));
    const maker = fileURLToPath(new URL("./reference/make_tiny_vlm.py", import.meta.url));
    const making = spawn(python, [maker, directory], { env: environment, stdio: "ignore" });
    const [code] = await once(making, "exit");
    if (code !== 0) throw new Error(`make_tiny_vlm.py ended with exit code ${code}`);
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const flags = ["serve", "--host", "127.0.0.1", "--port", String(port), "--device", "cpu"];
    child = spawn(join(dirname(python), "transformers"), flags, {
      env: environment,
      stdio: "ignore",
    });
    await untilHealthy(url, child);
    vlm = create({ profile: "generic" });
  }, START_MS);

  afterAll(async () => {
    await vlm?.dispose?.();
    if (child !== undefined && child.kill("SIGTERM")) await once(child, "exit");
    if (directory !== "") await rm(directory, { recursive: true, force: true });
  });

  it("answers a prompt of two images, the same again", { timeout: START_MS }, async () => {
    const call = options(picture(0), picture(1), question);
    const first = await vlm.doGenerate(call);
    expect(first.text).not.toBe("");
    expect(["stop", "length"]).toContain(first.finishReason);
    expect(first.usage.output).toBeLessThanOrEqual(12);
    expect((await vlm.doGenerate(call)).text).toBe(first.text);
  });

  it("gets every image of the prompt", { timeout: START_MS }, async () => {
    const inputs: (number | undefined)[] = [];
    for (const images of [[], [picture(0)], [picture(0), picture(1)]]) {
      inputs.push((await vlm.doGenerate(options(...images, question))).usage.input);
    }
    const [none = 0, one = 0, two = 0] = inputs;
    expect(one).toBeGreaterThan(none);
    expect(two - one).toBe(one - none);
  });

  it("takes the fields of every profile", { timeout: START_MS }, async () => {
    for (const profile of ["vllm", "sglang", "openai", "generic"] as const) {
      const backend = create({ profile });
      const result = await backend.doGenerate({
        ...options(picture(0), question),
        seed: 1,
        jsonSchema: { type: "object" },
      });
      expect(result.text).not.toBe("");
      await backend.dispose?.();
    }
  });

  it("refuses an unknown field, in FastAPI's words", { timeout: START_MS }, async () => {
    const backend = create({ extraBody: { frobnicate: 1 } });
    await expect(backend.doGenerate(options(question))).rejects.toMatchObject({
      code: "rejected",
      details: { status: 422 },
      message: expect.stringContaining("frobnicate"),
    });
    await backend.dispose?.();
  });

  it("fails on a damaged image, without telling its bytes", { timeout: START_MS }, async () => {
    const bytes = new Uint8Array(64).fill(65);
    const damaged: PromptPart = {
      type: "image",
      image: { type: "bytes", bytes, mediaType: "image/png" },
    };
    await expect(vlm.doGenerate(options(damaged, question))).rejects.toMatchObject({
      code: "unavailable",
      details: { status: 500 },
      message: expect.not.stringContaining("QUFB"),
    });
  });

  it("is probed for what it is", { timeout: START_MS }, async () => {
    const record = await probeOpenAIVlm({ baseUrl: `${url}/v1`, model: directory });
    expect(record).toMatchObject({ images: "accepted", jsonSchema: false, maxOutputTokens: true });
  });
});
