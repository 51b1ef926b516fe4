import { decodeImage, preprocess } from "@megapairs/image";
import type { ImageSource } from "@megapairs/spec";
import { expect, test, vi } from "vitest";

import type { Collate } from "../../src/data/collate.ts";
import {
  baseSettings,
  damagedSamples,
  images,
  openLoader,
  printOf,
  take,
  triplets,
} from "./loader-fixture.ts";
import { memorySamples, tokenize } from "./memory-samples.ts";
import { makePicture } from "./pictures.ts";

vi.setConfig({ testTimeout: 60_000 });

test("a batch holds what its samples say", async () => {
  const [first] = await take(openLoader().batches(), 1);
  const { batch, next, rejects, missingHardNegatives } = first!;
  expect({ next, rejects, missingHardNegatives }).toEqual({
    next: { epoch: 0, offset: 5 },
    rejects: [],
    missingHardNegatives: 0,
  });
  const pixels = batch.inputs["image"]!["pixel_values"]!;
  const rowsOf = async (key: string): Promise<number[]> => {
    const image = images.get(key)!;
    const decoded = image.type === "bytes" ? await decodeImage(image.bytes) : image;
    const wanted = preprocess(decoded, baseSettings.preprocessing).join();
    const [rows = 0, ...size] = pixels.dims;
    const length = size.reduce((product, dim) => product * dim, 1);
    return Array.from({ length: rows }, (_, row) => row).filter(
      (row) => pixels.data.slice(row * length, (row + 1) * length).join() === wanted,
    );
  };
  expect(batch.sampleIds).toHaveLength(5);
  for (const [query, id] of batch.sampleIds.entries()) {
    const sample = triplets.find((one) => one.id === id)!;
    expect(await rowsOf(sample.queryImage!)).toEqual([batch.queries[query * 2]]);
    const positive = batch.candidates[batch.positives[query]!]!;
    expect(await rowsOf(sample.positiveImage)).toEqual([positive]);
    expect(batch.candidates).toContain(batch.queries[query * 2]); // the first hard negative
    const text = batch.queries[query * 2 + 1]! - batch.rows["image"]!;
    const { dims, data } = batch.inputs["text"]!["input_ids"]!;
    const drawn = data.slice(text * dims[1]!, (text + 1) * dims[1]!).join();
    const written = sample.texts.map((one) => tokenize([one]).ids.join());
    expect(written.filter((ids) => drawn.startsWith(ids))).toHaveLength(1);
  }
});

test("every sample is visited once an epoch, across batches, in other orders each epoch", async () => {
  const taken = await take(openLoader({ batchSize: 7 }).batches(), 23);
  const ids = taken.flatMap(({ batch }) => batch.sampleIds);
  const epochs = Array.from({ length: 7 }, (_, epoch) => ids.slice(epoch * 23, (epoch + 1) * 23));
  for (const epoch of epochs) {
    expect(epoch.toSorted()).toEqual(triplets.map(({ id }) => id).toSorted());
  }
  expect(new Set(epochs.map((epoch) => epoch.join())).size).toBe(7);
  expect(taken.at(-1)?.next).toEqual({ epoch: 7, offset: 0 });
});

test("batches are the same with any number of threads, any prefetch, cache and timing", async () => {
  const expected = (await take(openLoader().batches(), 12)).map(printOf);
  for (const settings of [
    { workers: 1, concurrency: 1, prefetch: 1, cacheBytes: 0 },
    { workers: 2, concurrency: 20, prefetch: 50 },
    { workers: 1, concurrency: 3, prefetch: 2, cacheBytes: 1000 },
  ]) {
    const samples = memorySamples(triplets, images);
    const found = (await take(openLoader({ ...settings, samples }).batches(), 12)).map(printOf);
    expect(found).toEqual(expected);
    expect(samples.asked.mostAtOnce).toBeLessThanOrEqual(settings.concurrency);
  }
});

test("other seeds, other batches", async () => {
  const prints = [0, 1, 2].map(async (seed) =>
    (await take(openLoader({ seed }).batches(), 3)).map(printOf).join(),
  );
  expect(new Set(await Promise.all(prints)).size).toBe(3);
});

test("a run resumes from any batch with the same batches, the same samples skipped", async () => {
  const samples = damagedSamples();
  const whole = await take(openLoader({ samples }).batches(), 12);
  expect(whole.some(({ rejects }) => rejects.length > 2)).toBe(true);
  const resumed = openLoader({ samples: damagedSamples(), cacheBytes: 0, prefetch: 3, workers: 2 });
  for (const [done, { next }] of whole.entries()) {
    const from = JSON.parse(JSON.stringify(next)) as typeof next;
    const found = await take(resumed.batches({ from }), 3);
    expect(found.map(printOf).slice(0, 11 - done)).toEqual(
      whole.slice(done + 1, done + 4).map(printOf),
    );
  }
});

test("a batch depends on its position alone, wherever a run began", async () => {
  const loader = openLoader();
  const batchesFrom = async (epoch: number, offset: number): Promise<readonly string[]> =>
    (await take(loader.batches({ from: { epoch, offset } }), 2)).map(printOf);
  for (let offset = 0; offset < 18; offset += 1) {
    const [, second] = await batchesFrom(2, offset);
    expect((await batchesFrom(2, offset + 5))[0]).toBe(second);
  }
});

test("captions: text queries without negatives, in one tower each", async () => {
  const captions = [0, 1, 2, 3].map((number) => ({
    id: `captions#${number}`,
    texts: [number < 2 ? "a dog" : `cat ${number}`],
    positiveImage: `p${number}`,
    hardNegativeImages: [],
  }));
  const samples = memorySamples(captions, images);
  const [first] = await take(openLoader({ samples, batchSize: 4, hardNegatives: 0 }).batches(), 1);
  const { batch, missingHardNegatives } = first!;
  expect(missingHardNegatives).toBe(0);
  expect(batch.rows).toEqual({ image: 4, text: 3 });
  expect([...batch.queries].filter((_, at) => at % 2 === 0)).toEqual([-1, -1, -1, -1]);
  expect(batch.excluded.reduce((sum, flag) => sum + flag, 0)).toBe(2);
  const keeping = openLoader({ samples, batchSize: 4, hardNegatives: 0, falseNegatives: "keep" });
  const [kept] = await take(keeping.batches(), 1);
  expect(kept!.batch.excluded.every((flag) => flag === 0)).toBe(true);
});

test("fewer negatives than asked for are counted; pixels do for files", async () => {
  const pictures = new Map<string, ImageSource>(
    [0, 1, 2].map((seed) => [`p${seed}`, makePicture(9, 12, seed)]),
  );
  const sample = { id: "1", queryImage: "p0", texts: ["x"], positiveImage: "p1" };
  const samples = memorySamples([{ ...sample, hardNegativeImages: ["p0", "p2", "p1"] }], pictures);
  const [first] = await take(openLoader({ samples, batchSize: 1, hardNegatives: 4 }).batches(), 1);
  expect(first!.missingHardNegatives).toBe(2);
  expect(first!.batch.candidates).toHaveLength(3);
});

test("a picture that is named again comes from the cache, within its bytes", async () => {
  const readsWith = async (cacheBytes: number): Promise<number> => {
    const samples = memorySamples(triplets, images);
    await take(openLoader({ samples, cacheBytes, prefetch: 1, concurrency: 1 }).batches(), 20);
    return samples.asked.images;
  };
  expect(await readsWith(2 ** 20)).toBe(40);
  expect(await readsWith(0)).toBeGreaterThan(300);
  const some = await readsWith(20 * 3 * 8 * 8);
  expect(some).toBeGreaterThan(40);
  expect(some).toBeLessThan(300);
});

test("no more is read ahead than asked for", async () => {
  const samples = memorySamples(triplets, images);
  const batches = openLoader({ samples, prefetch: 4 }).batches();
  await batches.next();
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(samples.asked.samples).toBeLessThanOrEqual(5 + 4);
  await batches.return(undefined);
});

test("another form makes its own rows: one tower, prompts of image and text", async () => {
  const prompts: string[] = [];
  const collate: Collate = ({ images: keys, candidateCount, texts, queries, excluded }) => {
    const asked = queries.map(({ image, text }) => `<${keys[image] ?? ""}> ${texts[text] ?? ""}`);
    const rows = [...keys.slice(0, candidateCount).map((key) => `<${key}>`), ...asked];
    prompts.push(...rows);
    return {
      inputs: { multimodal: {} },
      rows: { multimodal: rows.length },
      queries: Int32Array.from(queries.flatMap((_, at) => [candidateCount + at, -1])),
      candidates: Int32Array.from({ length: candidateCount }, (_, place) => place),
      positives: Int32Array.from(queries, ({ positive }) => positive),
      excluded,
      sampleIds: queries.map(({ sampleId }) => sampleId),
    };
  };
  const [first] = await take(openLoader({ collate }).batches(), 1);
  const { batch } = first!;
  for (const [query, id] of batch.sampleIds.entries()) {
    const { queryImage, positiveImage, texts } = triplets.find((one) => one.id === id)!;
    expect(texts.map((text) => `<${queryImage}> ${text}`)).toContain(
      prompts[batch.queries[query * 2]!],
    );
    expect(prompts[batch.candidates[batch.positives[query]!]!]).toBe(`<${positiveImage}>`);
  }
});

test("several texts of a sample are queries with one positive, none of them a negative", async () => {
  const loaded = await take(openLoader({ batchSize: 7, textsPerSample: 3 }).batches(), 4);
  for (const { batch } of loaded) {
    const { sampleIds, positives, candidates, excluded, rows } = batch;
    expect(sampleIds).toHaveLength(7);
    const counts = [...new Set(sampleIds)].map(
      (id) => sampleIds.filter((one) => one === id).length,
    );
    expect(counts).toEqual([3, 3, 1]); // what exceeds the batch is left out
    expect(rows["text"]).toBeGreaterThan(4); // equal texts are encoded once
    for (const [row, id] of sampleIds.entries()) {
      const first = sampleIds.indexOf(id);
      expect(positives[row]).toBe(positives[first]);
      expect(excluded[row * candidates.length + positives[row]!]).toBe(0);
    }
  }
  expect(loaded.at(-1)!.next).toEqual({ epoch: 0, offset: 12 });
});
