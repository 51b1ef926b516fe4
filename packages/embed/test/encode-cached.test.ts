import { appendFile, mkdtemp, open, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFakeEncoder } from "@megapairs/conformance";
import { encode, encodeCached, openVectorCache } from "@megapairs/embed";
import { MegaPairsError } from "@megapairs/spec";
import type { EncoderInput, EncoderV1 } from "@megapairs/spec";
import { expect, it, onTestFinished } from "vitest";

const text = (one: number): EncoderInput => ({ type: "text", text: `text ${one}` });
const keyOf = (one: number): string => one.toString(16).padStart(64, "0");

async function folder(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "megapairs-vectors-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** An encoder that counts what it is asked. */
function counting(): { encoder: EncoderV1; asked: () => number } {
  let asked = 0;
  const fake = createFakeEncoder({ modelId: "counting" });
  const encoder: EncoderV1 = {
    ...fake,
    doEncode: (options) => {
      asked += options.inputs.length;
      return fake.doEncode(options);
    },
  };
  return { encoder, asked: () => asked };
}

const inputs = (...numbers: number[]) =>
  numbers.map((one) => ({ key: keyOf(one), load: async () => text(one) }));

it("asks once for each key, in this process and the next", async () => {
  const directory = await folder();
  const { encoder, asked } = counting();
  const numbers = [3, 1, 3, 2, 1];
  const expected = await encode({ encoder, inputs: numbers.map(text), role: "query" });
  const before = asked();
  const run = async () => {
    const cache = await openVectorCache({ directory, encoder });
    const done: [number, number][] = [];
    const result = await encodeCached({
      encoder,
      cache,
      inputs: inputs(...numbers),
      role: "query",
      batchSize: 2,
      onProgress: (completed, total) => done.push([completed, total]),
    });
    await cache.close();
    return { ...result, done };
  };
  const first = await run();
  expect(first.embeddings).toEqual(expected.embeddings);
  expect(asked() - before).toBe(3);
  expect(first.cached).toBe(0);
  expect(first.done).toEqual([
    [0, 3],
    [2, 3],
    [3, 3],
  ]);
  const second = await run();
  expect(second.embeddings).toEqual(expected.embeddings);
  expect(second.cached).toBe(5);
  expect(second.done).toEqual([[3, 3]]);
  expect(asked() - before).toBe(3);
});

it("goes on where it was stopped, and keeps what was done", async () => {
  const directory = await folder();
  const { encoder, asked } = counting();
  const abort = new AbortController();
  const cache = await openVectorCache({ directory, encoder });
  const stopped = encodeCached({
    encoder,
    cache,
    inputs: inputs(1, 2, 3, 4),
    role: "query",
    batchSize: 1,
    concurrency: 1,
    signal: abort.signal,
    onProgress: (completed) => completed === 2 && abort.abort(new Error("stopped")),
  });
  await expect(stopped).rejects.toThrow("stopped");
  await cache.close();
  const kept = asked();
  const again = await openVectorCache({ directory, encoder });
  expect(again.size).toBe(2);
  const { embeddings } = await encodeCached({
    encoder,
    cache: again,
    inputs: inputs(1, 2, 3, 4),
    role: "query",
  });
  await again.close();
  expect(asked()).toBe(kept + 2);
  expect(embeddings).toEqual(
    (await encode({ encoder, inputs: [1, 2, 3, 4].map(text) })).embeddings,
  );
});

it("rejects what cannot be loaded, wherever it stands, and keeps nothing of it", async () => {
  const directory = await folder();
  const { encoder } = counting();
  const cache = await openVectorCache({ directory, encoder });
  const broken = {
    key: keyOf(9),
    load: () => Promise.reject(new MegaPairsError("corrupt-data", "no picture")),
  };
  const { rejects, embeddings } = await encodeCached({
    encoder,
    cache,
    inputs: [broken, ...inputs(1), broken],
    role: "candidate",
  });
  expect(rejects).toEqual([
    { index: 0, code: "corrupt-data", reason: "no picture" },
    { index: 2, code: "corrupt-data", reason: "no picture" },
  ]);
  expect(embeddings.subarray(0, encoder.dimensions).every((value) => value === 0)).toBe(true);
  expect(cache.has(keyOf(9))).toBe(false);
  await cache.close();
});

it("cuts off a torn record, forgets a damaged one, and knows encoders apart", async () => {
  const directory = await folder();
  const { encoder } = counting();
  const write = async () => {
    const cache = await openVectorCache({ directory, encoder });
    await encodeCached({ encoder, cache, inputs: inputs(1, 2, 3), role: "query" });
    await cache.close();
  };
  await write();
  const [name] = await readdir(directory);
  const file = join(directory, name!);
  await appendFile(file, "half a record");
  const handle = await open(file, "r+");
  const record = 32 + 4 * encoder.dimensions + 4;
  await handle.write(Buffer.from([255]), 0, 1, record + 40);
  await handle.close();
  const cache = await openVectorCache({ directory, encoder });
  expect([1, 2, 3].map((one) => cache.has(keyOf(one)))).toEqual([true, false, true]);
  await cache.close();
  await write();
  const healed = await openVectorCache({ directory, encoder });
  expect(healed.size).toBe(3);
  await healed.close();
  const other = await openVectorCache({
    directory,
    encoder: { ...encoder, fingerprint: "f".repeat(64) },
  });
  expect(other.size).toBe(0);
  await other.close();
});

it("says where vectors cannot be kept", async () => {
  const { encoder } = counting();
  const directory = join(await folder(), "file");
  await writeFile(directory, "");
  await expect(openVectorCache({ directory, encoder })).rejects.toThrow(
    `Cannot keep vectors in ${directory}`,
  );
});
