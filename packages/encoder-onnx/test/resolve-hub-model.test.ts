import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadOnnxEncoder, resolveHubModel } from "@megapairs/encoder-onnx";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { largestDifference, fixtures, image, reference, rowsOf } from "./fixtures.ts";
import { startHubServer } from "./hub-server.ts";
import type { HubServer, HubServerSettings } from "./hub-server.ts";

const id = "tiny/clip";
const commit = "0123456789abcdef0123456789abcdef01234567";
const files = new Map(
  readdirSync(join(fixtures, "clip"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [path.slice(join(fixtures, "clip").length + 1), readFileSync(path)]),
);
const fp32 = ["onnx/text_model.onnx", "onnx/vision_model.onnx"];
const configs = [...files.keys()].filter((path) => path.endsWith(".json"));

let cacheDirectory: string;
let hub: HubServer;

async function start(settings: Partial<HubServerSettings> = {}): Promise<string> {
  hub = await startHubServer({ id, commit, files, ...settings });
  return hub.url;
}

beforeEach(() => {
  cacheDirectory = mkdtempSync(join(tmpdir(), "megapairs-hub-"));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await hub.close();
  rmSync(cacheDirectory, { recursive: true });
});

const inCache = (): readonly string[] =>
  readdirSync(cacheDirectory, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(cacheDirectory.length + 1));

describe("loadOnnxEncoder from a hub", () => {
  it("fetches the files of one variant only, each once, and works", async () => {
    const hubUrl = await start();
    const settings = { model: id, hubUrl, cacheDirectory, threads: 1 };
    const encoder = await loadOnnxEncoder(settings);
    expect(hub.sent.toSorted()).toEqual([...configs, ...fp32].toSorted());
    expect(encoder.modelId).toBe(id);
    expect(
      largestDifference(await rowsOf(encoder, [image("wide")]), [reference.clip.image["wide"]]),
    ).toBeLessThan(1e-5);
    await encoder.dispose?.();

    const again = await loadOnnxEncoder(settings);
    expect(hub.sent).toHaveLength(configs.length + fp32.length);
    expect(again.fingerprint).toBe(encoder.fingerprint);
    await again.dispose?.();
  });

  it("keeps what it fetched as huggingface_hub does", async () => {
    const hubUrl = await start();
    const select = (): readonly string[] => ["config.json", "onnx/text_model.onnx"];
    const model = await resolveHubModel({ id, hubUrl, cacheDirectory, select });
    const store = join(cacheDirectory, "models--tiny--clip");
    expect(model).toEqual({ folder: join(store, "snapshots", commit), revision: commit });
    expect(readFileSync(join(store, "refs/main"), "utf8")).toBe(commit);
    expect(readFileSync(join(model.folder, "config.json"))).toEqual(files.get("config.json"));
    expect(readdirSync(join(store, "blobs"))).toHaveLength(2);
  });

  it("asks nobody when offline, with a revision by name or by commit", async () => {
    const hubUrl = await start();
    const first = await loadOnnxEncoder({ model: id, hubUrl, cacheDirectory, threads: 1 });
    await first.dispose?.();
    const asked = hub.tokens.length;
    for (const revision of ["main", commit]) {
      const settings = { model: id, hubUrl, cacheDirectory, revision, threads: 1 };
      const encoder = await loadOnnxEncoder({ ...settings, isOffline: true });
      expect(encoder.fingerprint).toBe(first.fingerprint);
      await encoder.dispose?.();
    }
    expect(hub.tokens).toHaveLength(asked);
  });

  it("says what is not in the cache when offline", async () => {
    const hubUrl = await start();
    const settings = { model: id, hubUrl, cacheDirectory, isOffline: true };
    await expect(loadOnnxEncoder(settings)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("tiny/clip at main is not in the cache") as string,
    });
    const select = (): readonly string[] => ["config.json"];
    await resolveHubModel({ id, hubUrl, cacheDirectory, select });
    await expect(loadOnnxEncoder(settings)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("has no onnx/vision_model.onnx") as string,
    });
  });

  it("honours HF_ENDPOINT, HF_TOKEN, HF_HOME and HF_HUB_OFFLINE", async () => {
    vi.stubEnv("HF_ENDPOINT", `${await start()}/`);
    vi.stubEnv("HF_TOKEN", "hf_secret");
    vi.stubEnv("HF_HOME", cacheDirectory);
    vi.stubEnv("HF_HUB_CACHE", undefined);
    const select = (): readonly string[] => ["config.json"];
    const { folder } = await resolveHubModel({ id, select });
    expect(folder).toBe(join(cacheDirectory, "hub/models--tiny--clip/snapshots", commit));
    expect(new Set(hub.tokens)).toEqual(new Set(["Bearer hf_secret"]));
    const asked = hub.tokens.length;
    vi.stubEnv("HF_HUB_OFFLINE", "1");
    await expect(resolveHubModel({ id, select })).resolves.toMatchObject({ folder });
    expect(hub.tokens).toHaveLength(asked);
  });
});

it("takes empty variables of the environment for none", async () => {
  const hubUrl = await start();
  for (const name of ["HF_TOKEN", "HF_ENDPOINT", "HF_HUB_OFFLINE"]) vi.stubEnv(name, "");
  const select = (): readonly string[] => ["config.json"];
  await resolveHubModel({ id, hubUrl, cacheDirectory, select });
  expect(new Set(hub.tokens)).toEqual(new Set([undefined]));
  const asked: string[] = [];
  const fetch = async (input: string | URL | Request): Promise<Response> => {
    asked.push(new Request(input).url);
    return new Response("", { status: 404 });
  };
  await expect(resolveHubModel({ id, cacheDirectory, select, fetch })).rejects.toMatchObject({
    code: "rejected",
    message: expect.stringContaining("tiny/clip at main from https://huggingface.co:") as string,
  });
  expect(asked).toHaveLength(1);
});

describe("resolveHubModel", () => {
  const select = (): readonly string[] => ["onnx/text_model.onnx"];

  it("leaves no half file when the connection breaks", async () => {
    const hubUrl = await start({
      intercept: ({ url = "", headers }, response) => {
        if (!url.endsWith("text_model.onnx") || headers.range !== undefined) return false;
        response.writeHead(200, { "content-length": "166537" });
        response.write(files.get("onnx/text_model.onnx")?.subarray(0, 5000));
        setImmediate(() => response.destroy());
        return true;
      },
    });
    const call = resolveHubModel({ id, hubUrl, cacheDirectory, select });
    await expect(call).rejects.toMatchObject({ code: "unavailable" });
    expect(inCache()).toEqual([]);
  });

  it("refuses bytes that are others than the hub said", async () => {
    const hubUrl = await start({
      intercept: ({ url = "", headers }, response) => {
        if (!url.endsWith("text_model.onnx") || headers.range !== undefined) return false;
        response.end(new Uint8Array(files.get("onnx/text_model.onnx")?.length ?? 0));
        return true;
      },
    });
    const call = resolveHubModel({ id, hubUrl, cacheDirectory, select });
    await expect(call).rejects.toMatchObject({ code: "invalid-output" });
    expect(inCache()).toEqual([]);
  });

  it("rejects with the signal's reason, and leaves no half file", async () => {
    const reason = new Error("stop");
    const controller = new AbortController();
    const hubUrl = await start({
      intercept: ({ url = "", headers }, response) => {
        if (!url.endsWith("text_model.onnx") || headers.range !== undefined) return false;
        response.write(files.get("onnx/text_model.onnx")?.subarray(0, 5000));
        controller.abort(reason);
        return true;
      },
    });
    const { signal } = controller;
    const call = resolveHubModel({ id, hubUrl, cacheDirectory, select, signal });
    await expect(call).rejects.toBe(reason);
    expect(inCache()).toEqual([]);
  });

  it.each([
    [401, "rejected"],
    [404, "rejected"],
    [429, "overloaded"],
    [503, "unavailable"],
  ])("tells HTTP %i as %s", async (status, code) => {
    const hubUrl = await start({
      intercept: (_, response) => {
        response.writeHead(status).end("no");
        return true;
      },
    });
    const call = resolveHubModel({ id, hubUrl, cacheDirectory, select });
    await expect(call).rejects.toMatchObject({ code, details: { statusCode: status } });
  });

  it("tells a hub that is not there as unavailable", async () => {
    const hubUrl = await start();
    await hub.close();
    const call = resolveHubModel({ id, hubUrl, cacheDirectory, select });
    await expect(call).rejects.toMatchObject({ code: "unavailable" });
  });

  it.each(["../../escape", "onnx/../../escape", "/etc/escape", "a//b", "a\\..\\b", "./a", "C:a"])(
    "refuses a file named %s",
    async (path) => {
      const hubUrl = await start({ files: new Map([[path, new Uint8Array(3)]]) });
      const all = (paths: readonly string[]): readonly string[] => paths;
      const call = resolveHubModel({ id, hubUrl, cacheDirectory, select: all });
      await expect(call).rejects.toMatchObject({ code: "corrupt-data" });
      expect(inCache()).toEqual([]);
    },
  );

  it("refuses external data that leads out of the model", async () => {
    const path = "onnx/vision_model.onnx_data/../../../escape";
    const hubUrl = await start({ files: new Map([...files, [path, new Uint8Array(3)]]) });
    const call = loadOnnxEncoder({ model: id, hubUrl, cacheDirectory });
    await expect(call).rejects.toMatchObject({ code: "corrupt-data" });
  });

  it.each(["../x", "a/b/c", "a/..", "", "a b"])("refuses the id %o", async (bad) => {
    const hubUrl = await start();
    const call = resolveHubModel({ id: bad, hubUrl, cacheDirectory, select });
    await expect(call).rejects.toMatchObject({ code: "invalid-argument" });
    expect(hub.tokens).toEqual([]);
  });

  it.each(["../main", "a//b", "..", ""])("refuses the revision %o", async (revision) => {
    const hubUrl = await start();
    const call = resolveHubModel({ id, hubUrl, cacheDirectory, select, revision });
    await expect(call).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("refuses a token that is none, without repeating it", async () => {
    const hubUrl = await start();
    const call = resolveHubModel({ id, hubUrl, cacheDirectory, select, token: "s3cret" });
    await expect(call).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.not.stringContaining("s3cret") as string,
    });
  });
});
