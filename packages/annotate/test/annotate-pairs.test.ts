import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import {
  annotatePairs,
  createMemoryLedger,
  createRejectionBreaker,
  describePairs,
  instructPairs,
  withConcurrency,
  withLedger,
  withRetry,
} from "@megapairs/annotate";
import type { AnnotateProgress, DescribePairsOptions } from "@megapairs/annotate";
import { answerAsConformanceModel, createFakeVlm, testPicture } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, ImageBytes, PairRecord, VlmBackendV1 } from "@megapairs/spec";

function pair(queryId: string, targetId: string): PairRecord {
  return { id: `${queryId}>${targetId}`, queryId, targetId, evidence: [], hardNegativeIds: [] };
}

const PAIRS = Array.from({ length: 40 }, (_, index) =>
  pair(`${(index * 7) % 10}`, `${index % 13}`),
);

const loadImage = async (id: string): Promise<ImageBytes> =>
  testPicture({ variant: Number(id), width: 4, height: 4 }).bytes;

/** The conformance model with answers that come in another order than the questions. */
function shuffling(
  answer: (options: GenerateOptions) => string = answerAsConformanceModel,
): VlmBackendV1 {
  let calls = 0;
  return createFakeVlm({
    async answer(options) {
      calls += 1;
      for (let turns = (calls * 5) % 7; turns > 0; turns -= 1) await turn();
      return answer(options);
    },
  });
}

function describing(
  backend: VlmBackendV1,
  change: Partial<DescribePairsOptions> = {},
): DescribePairsOptions {
  return { pairs: PAIRS, loadImage, backend, seed: 1, ...change };
}

function imagesOf(options: GenerateOptions): readonly ImageBytes[] {
  return options.prompt.flatMap((part) => (part.type === "image" ? [part.image] : []));
}

/** Answers, but throws for the `n`-th question. */
function failingAt(n: number, error: Error, calls = { count: 0 }): VlmBackendV1 {
  return shuffling((options) => {
    calls.count += 1;
    if (calls.count === n) throw error;
    return answerAsConformanceModel(options);
  });
}

describe("annotatePairs", () => {
  it("gives the same rows in pair order at any concurrency", async () => {
    const at = async (concurrency: number): ReturnType<typeof annotatePairs> =>
      annotatePairs({
        pairs: PAIRS,
        loadImage,
        describeBackend: shuffling(),
        instructBackend: shuffling(),
        seed: 1,
        concurrency,
      });
    const one = await at(1);
    expect(one.descriptions.map(({ pairId }) => pairId)).toEqual(PAIRS.map(({ id }) => id));
    expect(one.instructions.map(({ pairId }) => pairId)).toEqual(PAIRS.map(({ id }) => id));
    expect(one.rejects).toEqual([]);
    expect(Object.keys(one.descriptions[0] ?? {})).toEqual(["pairId", "text", "wordLimit"]);
    expect(Object.keys(one.instructions[0] ?? {})).toEqual(["pairId", "texts"]);
    expect(await at(3)).toEqual(one);
    expect(await at(64)).toEqual(one);
  });

  it("makes rejects of pairs that fail in either stage, and tells how far it is", async () => {
    const progress: AnnotateProgress[] = [];
    const result = await annotatePairs({
      pairs: PAIRS,
      async loadImage(id) {
        if (id === "5") throw new MegaPairsError("corrupt-data", "not a\nJPEG file");
        return loadImage(id);
      },
      describeBackend: shuffling(),
      instructBackend: shuffling(),
      seed: 1,
      onProgress: (each) => progress.push(each),
    });
    const corrupt = PAIRS.filter(({ queryId, targetId }) => [queryId, targetId].includes("5"));
    expect(corrupt.length).toBeGreaterThan(3);
    expect(result.rejects).toEqual(
      corrupt.map(({ id }) => ({ item: id, code: "corrupt-data", reason: "not a JPEG file" })),
    );
    expect(result.instructions).toHaveLength(PAIRS.length - corrupt.length);
    expect(progress.findLast(({ stage }) => stage === "describe")).toEqual({
      stage: "describe",
      done: PAIRS.length,
      rejected: corrupt.length,
      total: PAIRS.length,
    });
    expect(progress.at(-1)).toEqual({
      stage: "instruct",
      done: PAIRS.length - corrupt.length,
      rejected: 0,
      total: PAIRS.length - corrupt.length,
    });
  });

  it("goes on after an outage where it stopped, asking nothing twice", async () => {
    const ledger = createMemoryLedger();
    const calls = { count: 0 };
    const down = new MegaPairsError("unavailable", "HTTP 503");
    const wrap = (backend: VlmBackendV1): VlmBackendV1 =>
      withLedger(withRetry(withConcurrency(backend, { limit: 4 }), { attempts: 1 }), ledger);
    const run = async (backend: VlmBackendV1): ReturnType<typeof annotatePairs> =>
      annotatePairs({
        pairs: PAIRS,
        loadImage,
        describeBackend: wrap(backend),
        instructBackend: wrap(backend),
        seed: 1,
      });
    await expect(run(failingAt(30, down, calls))).rejects.toBe(down);
    const resumed = await run(failingAt(0, down, calls));
    expect(calls.count).toBe(2 * PAIRS.length + 1);
    expect(resumed).toEqual(await run(failingAt(0, down)));
  });
});

describe("describePairs", () => {
  it("works by query image, which it loads once", async () => {
    const queries: string[] = [];
    const loaded: string[] = [];
    const backend = createFakeVlm({
      answer(options) {
        queries.push(Buffer.from(imagesOf(options)[0]?.bytes ?? []).toString("base64"));
        return answerAsConformanceModel(options);
      },
    });
    const pairs = [pair("1", "11"), pair("2", "12"), pair("1", "13"), pair("2", "14")];
    const load = async (id: string): Promise<ImageBytes> => {
      loaded.push(id);
      return loadImage(id);
    };
    await describePairs(describing(backend, { pairs, loadImage: load, concurrency: 1 }));
    expect(new Set(queries).size).toBe(2);
    expect(queries).toEqual(queries.toSorted((a, b) => queries.indexOf(a) - queries.indexOf(b)));
    expect(loaded).toEqual(["1", "11", "13", "2", "12", "14"]);
  });

  it.each([
    ["rejected", { status: 400 }],
    ["rejected", {}],
    ["unsupported", {}],
    ["invalid-output", {}],
  ] as const)("makes a reject of a pair that fails by %s %j", async (code, details) => {
    const error = new MegaPairsError(code, "this one", { details });
    const { descriptions, rejects } = await describePairs(describing(failingAt(3, error)));
    expect(descriptions).toHaveLength(PAIRS.length - 1);
    expect(rejects).toEqual([{ item: expect.any(String), code, reason: "this one" }]);
  });

  it.each([
    new MegaPairsError("unavailable", "HTTP 500"),
    new MegaPairsError("overloaded", "HTTP 429"),
    new MegaPairsError("rejected", "bad key", { details: { status: 401 } }),
    new MegaPairsError("rejected", "forbidden", { details: { status: 403 } }),
    new MegaPairsError("rejected", "no such model", { details: { status: 404 } }),
    new MegaPairsError("invalid-argument", "a caller's mistake"),
    new TypeError("a bug"),
  ])("stops at %s, once the pairs in work are done", async (error) => {
    const calls = { count: 0 };
    let ended = 0;
    const failing = failingAt(3, error, calls);
    const backend: VlmBackendV1 = {
      ...failing,
      async doGenerate(options) {
        try {
          return await failing.doGenerate(options);
        } finally {
          ended += 1;
        }
      },
    };
    await expect(describePairs(describing(backend, { concurrency: 4 }))).rejects.toBe(error);
    expect(ended).toBe(calls.count);
    expect(calls.count).toBeLessThanOrEqual(3 + 4);
  });

  it("stops at once, before any call, where the backend takes one image", async () => {
    const backend = createFakeVlm({ supports: { maxImages: 1 } });
    await expect(describePairs(describing(backend))).rejects.toMatchObject({ code: "unsupported" });
  });

  it("stops when the breaker that shards share says that it is the configuration", async () => {
    const refusing = createFakeVlm({
      answer() {
        throw new MegaPairsError("rejected", "At most 1 image(s)", { details: { status: 400 } });
      },
    });
    const breaker = createRejectionBreaker({ window: 200 });
    const shard = async (): ReturnType<typeof describePairs> =>
      describePairs(describing(refusing, { breaker }));
    expect((await shard()).rejects).toHaveLength(40);
    await expect(shard()).rejects.toMatchObject({
      code: "rejected",
      message: expect.stringMatching(/41 of the first 41 requests.*configuration.*At most 1 image/),
    });
    await expect(describePairs(describing(shuffling(), { breaker }))).rejects.toMatchObject({
      code: "rejected",
    });
  });

  it("does not blame the configuration for answers that do not parse", async () => {
    const rambling = createFakeVlm({ answer: () => "I see two pictures." });
    const breaker = createRejectionBreaker({ window: 10 });
    const { rejects } = await describePairs(describing(rambling, { breaker }));
    expect(rejects).toHaveLength(PAIRS.length);
    expect(rejects[0]?.reason).toMatch(/3 answers unusable.*began "I see two pictures\."$/);
  });

  it("rejects with the signal's reason, before and in the middle", async () => {
    const reason = new Error("stop");
    const controller = new AbortController();
    const calls = { count: 0 };
    const backend = shuffling((options) => {
      calls.count += 1;
      if (calls.count === 5) controller.abort(reason);
      return answerAsConformanceModel(options);
    });
    const { signal } = controller;
    await expect(describePairs(describing(backend, { signal, concurrency: 2 }))).rejects.toBe(
      reason,
    );
    expect(calls.count).toBeLessThanOrEqual(6);
    await expect(describePairs(describing(backend, { signal }))).rejects.toBe(reason);
    expect(calls.count).toBeLessThanOrEqual(6);
  });

  it.each([0, -1, 1.5])("refuses a concurrency of %d", async (concurrency) => {
    await expect(describePairs(describing(shuffling(), { concurrency }))).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  it("is content with no pairs", async () => {
    expect(await describePairs(describing(shuffling(), { pairs: [] }))).toEqual({
      descriptions: [],
      rejects: [],
    });
  });
});

describe("instructPairs", () => {
  it("makes a reject of a description that is no description, and keeps the others", async () => {
    const text =
      "Both images show a dog. However, the Source Image a, whereas the Target Image has b.";
    const descriptions = [
      { pairId: "a", text, wordLimit: 60 },
      { pairId: "b", text: "", wordLimit: 60 },
      { pairId: "c", text, wordLimit: 60 },
    ];
    const result = await instructPairs({ descriptions, backend: shuffling(), seed: 1 });
    expect(result.instructions.map(({ pairId }) => pairId)).toEqual(["a", "c"]);
    expect(result.rejects).toMatchObject([{ item: "b", code: "corrupt-data" }]);
  });
});
