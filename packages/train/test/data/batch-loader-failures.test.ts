import { MegaPairsError } from "@megapairs/spec";
import { expect, test, vi } from "vitest";

import type { BatchLoaderSettings } from "../../src/data/batch-loader.ts";
import { createBatchLoader } from "../../src/data/create-batch-loader.ts";
import {
  baseSettings,
  damagedSamples,
  images,
  openLoader,
  take,
  triplets,
} from "./loader-fixture.ts";
import { memorySamples } from "./memory-samples.ts";

vi.setConfig({ testTimeout: 60_000 });

test("what cannot be read is recorded and passed over; a hard negative alone is left out", async () => {
  const [epoch] = await take(openLoader({ samples: damagedSamples(), batchSize: 10 }).batches(), 1);
  const [, second] = await take(
    openLoader({ samples: damagedSamples(), batchSize: 10 }).batches(),
    2,
  );
  const rejects = [...epoch!.rejects, ...second!.rejects];
  const reasons = rejects.map(({ item, code, reason }) => `${item} ${code} ${reason}`);
  expect(reasons).toContain("sample 3 corrupt-data line 4 is not JSON");
  expect(reasons.find((reason) => reason.includes("positive image p4"))).toBe(
    "pairs#2 corrupt-data positive image p4: p4 is missing",
  );
  const codes = new Map(rejects.map(({ code, reason }) => [reason.split(":")[0], code]));
  expect(codes.get("positive image p34")).toBe("unsupported");
  const used = [...epoch!.batch.sampleIds, ...second!.batch.sampleIds];
  expect(used).not.toContain("pairs#2");
  const dropped = rejects.filter(({ reason }) => reason.startsWith("hard negative"));
  expect(dropped.length).toBeGreaterThan(0);
  expect(epoch!.missingHardNegatives + second!.missingHardNegatives).toBe(
    dropped.filter(({ item }) => used.includes(item)).length,
  );
});

test("too few usable samples, or too many skipped, end with what was wrong", async () => {
  const nothing = memorySamples(triplets, new Map());
  const rejection = async (settings: Partial<BatchLoaderSettings>): Promise<MegaPairsError> => {
    const failure: unknown = await take(openLoader(settings).batches(), 1).catch(
      (error: unknown) => error,
    );
    if (!MegaPairsError.isInstance(failure)) throw failure;
    return failure;
  };
  const none = await rejection({ samples: nothing });
  expect(none.code).toBe("corrupt-data");
  expect(none.message).toMatch(
    /^46 of 46 samples in a row cannot be used, which leaves 0 for a batch of 5; the last: pairs#\d+: positive image p\d+: p\d+ is missing$/u,
  );
  expect((await rejection({ samples: nothing, maxSkipped: 3 })).message).toMatch(
    /^4 of 4 samples/u,
  );
  const few = memorySamples(
    triplets.map((sample, index) => (index < 4 ? sample : undefined)),
    images,
  );
  expect((await rejection({ samples: few, batchSize: 10 })).message).toMatch(
    /^38 of 46 samples .* leaves 8 for a batch of 10/u,
  );
});

test("an abort rejects with its reason, a failure that is no sample's fault with itself", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const batches = openLoader().batches({ signal: controller.signal });
  await batches.next();
  controller.abort(reason);
  await expect(batches.next()).rejects.toBe(reason);

  const failing = memorySamples(triplets, images);
  const failure = new MegaPairsError("unavailable", "the disk fails");
  const samples = { ...failing, readImage: () => Promise.reject(failure) };
  await expect(take(openLoader({ samples }).batches(), 1)).rejects.toBe(failure);
  const collate = (): never => {
    throw failure;
  };
  await expect(take(openLoader({ collate }).batches(), 1)).rejects.toBe(failure);
});

test("a closed loader makes no more batches, and closing waits for what is being read", async () => {
  const loader = openLoader();
  const batches = loader.batches();
  await batches.next();
  await Promise.all([loader.close(), loader.close()]);
  await expect(take(loader.batches({ from: { epoch: 9, offset: 0 } }), 5)).rejects.toMatchObject({
    code: "invalid-argument",
  });
});

test("settings and positions out of range are refused", async () => {
  const refused: readonly Partial<BatchLoaderSettings>[] = [
    { samples: memorySamples([], images) },
    { batchSize: 0 },
    { batchSize: 24 },
    { hardNegatives: -1 },
    { seed: 0.5 },
    { prefetch: 0 },
    { workers: 0 },
    { concurrency: 1.5 },
    { cacheBytes: -1 },
    { maxSkipped: Number.NaN },
  ];
  for (const settings of refused) {
    expect(() => createBatchLoader({ ...baseSettings, ...settings })).toThrow(
      expect.objectContaining({ code: "invalid-argument" }) as Error,
    );
  }
  for (const from of [
    { epoch: 0, offset: 23 },
    { epoch: -1, offset: 0 },
    { epoch: 0, offset: 0.5 },
  ]) {
    await expect(take(openLoader().batches({ from }), 1)).rejects.toMatchObject({
      code: "invalid-argument",
    });
  }
});
