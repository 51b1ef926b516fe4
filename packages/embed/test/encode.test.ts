import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encode } from "@megapairs/embed";
import { MegaPairsError } from "@megapairs/spec";
import type { EncoderInput } from "@megapairs/spec";
import { watchEncoder } from "./watched-encoder.ts";

function texts(count: number): EncoderInput[] {
  return Array.from({ length: count }, (_, index) => ({ type: "text", text: `text ${index}` }));
}

function textOf(input: EncoderInput): string {
  return input.type === "image" ? "" : input.text;
}

describe("encode", () => {
  it("gives the rows of one call, in batches that fit", async () => {
    const encoder = watchEncoder({ maxBatch: 4 });
    const inputs = texts(10);
    const { embeddings, indices, rejects } = await encode({ encoder, inputs, batchSize: 100 });
    expect(encoder.calls.map((call) => call.inputs.length)).toEqual([4, 4, 2]);
    const whole = await watchEncoder().doEncode({ inputs, role: "candidate" });
    expect(embeddings).toEqual(whole.embeddings);
    expect(indices).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(rejects).toEqual([]);
  });

  it("gives nothing for nothing, without a call", async () => {
    const encoder = watchEncoder();
    expect(await encode({ encoder, inputs: [] })).toEqual({
      embeddings: new Float32Array(0),
      indices: [],
      rejects: [],
    });
    expect(encoder.calls).toEqual([]);
  });

  it("passes the role on and reports progress in inputs", async () => {
    const encoder = watchEncoder();
    const progress: number[] = [];
    const onProgress = (completed: number): void => void progress.push(completed);
    await encode({ encoder, inputs: texts(5), role: "query", batchSize: 2, onProgress });
    expect(encoder.calls.map(({ role }) => role)).toEqual(["query", "query", "query"]);
    expect(progress).toEqual([2, 4, 5]);
  });

  it("rejects the inputs at fault and no others, whatever the batches", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.boolean(), { maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 3 }),
        async (corrupt, batchSize, concurrency) => {
          const encoder = watchEncoder({
            isCorrupt: (input) => corrupt[Number(textOf(input).slice(5))]!,
          });
          const inputs = texts(corrupt.length);
          const result = await encode({ encoder, inputs, batchSize, concurrency });
          const kept = [...inputs.keys()].filter((index) => !corrupt[index]!);
          expect(result.indices).toEqual(kept);
          expect(result.rejects).toEqual(
            [...inputs.keys()]
              .filter((index) => corrupt[index]!)
              .map((index) => ({
                index,
                code: "corrupt-data",
                reason: "found half a picture, expected a whole one",
              })),
          );
          const sound = inputs.filter((_, index) => !corrupt[index]!);
          const expected = await encode({ encoder: watchEncoder(), inputs: sound, batchSize: 64 });
          expect(result.embeddings).toEqual(expected.embeddings);
        },
      ),
    );
  });

  it("finds one bad input in a batch with two calls for each halving", async () => {
    const encoder = watchEncoder({ isCorrupt: (input) => textOf(input) === "text 9" });
    await encode({ encoder, inputs: texts(16), batchSize: 16 });
    expect(encoder.calls).toHaveLength(1 + 2 * 4);
  });

  it("keeps as many calls in flight as told, no more", async () => {
    let active = 0;
    let most = 0;
    const encoder = watchEncoder({
      async before() {
        active += 1;
        most = Math.max(most, active);
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        active -= 1;
      },
    });
    await encode({ encoder, inputs: texts(12), batchSize: 2, concurrency: 3 });
    expect(most).toBe(3);
  });

  it.each([
    [
      (rows: Float32Array) => rows.subarray(1),
      "fake/hash gave 23 values for inputs 3..5; expected a Float32Array of 3 x 8 = 24.",
    ],
    [
      (rows: Float32Array) => rows.map((value, at) => (at === 10 ? Number.NaN : value)),
      "fake/hash gave NaN at column 2 for input 4; expected finite values.",
    ],
    [
      (rows: Float32Array) => rows.map((value, at) => (at === 23 ? Infinity : value)),
      "fake/hash gave Infinity at column 7 for input 5; expected finite values.",
    ],
    [
      (rows: Float32Array) => rows.map((value) => value * 1.002),
      expect.stringMatching(/^fake\/hash gave a row of L2 norm 1\.00[12]\d* for input 3; /u),
    ],
    [
      (rows: Float32Array) => rows.map((value, at) => (at < 8 ? 0 : value)),
      "fake/hash gave a row of L2 norm 0 for input 3; expected 1 within 0.001.",
    ],
  ])("refuses an answer that breaks the contract: %o", async (spoil, message) => {
    let batches = 0;
    const answer = (rows: Float32Array): Float32Array => {
      batches += 1;
      return batches === 1 ? rows : spoil(rows);
    };
    const call = encode({
      encoder: watchEncoder({ answer }),
      inputs: texts(6),
      batchSize: 3,
      concurrency: 1,
    });
    await expect(call).rejects.toMatchObject({ code: "invalid-output", message });
  });

  it("accepts norms within a thousandth", async () => {
    const encoder = watchEncoder({ answer: (rows) => rows.map((value) => value * 1.0005) });
    expect((await encode({ encoder, inputs: texts(3) })).indices).toHaveLength(3);
  });

  it("refuses a kind that the encoder lacks before any call", async () => {
    const encoder = watchEncoder({ inputs: ["text", "composed"] });
    const image = { type: "pixels", data: new Uint8Array(3), width: 1, height: 1 } as const;
    const inputs = [...texts(1), { type: "image" as const, image }];
    await expect(encode({ encoder, inputs })).rejects.toMatchObject({
      code: "unsupported",
      message: "Input 1 is image; fake/hash encodes text, composed.",
    });
    expect(encoder.calls).toEqual([]);
  });

  it.each([{ batchSize: 0 }, { concurrency: 1.5 }])("refuses %o", async (wrong) => {
    await expect(encode({ encoder: watchEncoder(), inputs: [], ...wrong })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  it("passes other failures on, after aborting what is in flight", async () => {
    const ended: string[] = [];
    const encoder = watchEncoder({
      async before(call, { signal }) {
        if (call === 1) {
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          throw new MegaPairsError("unavailable", "no answer");
        }
        await new Promise((resolve) => {
          signal!.addEventListener("abort", resolve);
        });
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        ended.push(`call ${call}`);
      },
    });
    const call = encode({ encoder, inputs: texts(9), batchSize: 3 });
    await expect(call).rejects.toMatchObject({ code: "unavailable", message: "no answer" });
    expect(ended).toEqual(["call 2"]);
    expect(encoder.calls).toHaveLength(2);
  });

  it("rejects with the signal's reason", async () => {
    const before = AbortSignal.abort("too late");
    const untouched = watchEncoder();
    await expect(encode({ encoder: untouched, inputs: texts(1), signal: before })).rejects.toBe(
      "too late",
    );
    expect(untouched.calls).toEqual([]);

    const controller = new AbortController();
    const encoder = watchEncoder({
      before: (call) => void (call === 2 && controller.abort("stop")),
    });
    await expect(
      encode({ encoder, inputs: texts(9), batchSize: 1, signal: controller.signal }),
    ).rejects.toBe("stop");
    expect(encoder.calls.length).toBeLessThan(9);
  });
});
