import type { EncoderInput } from "@megapairs/spec";
import { assertEqualData } from "../assert-equal-data.ts";
import { assertRejectsWith } from "../assert-rejects-with.ts";
import type { ConformanceTest } from "../conformance-suite.ts";
import { encoderSamples } from "./encoder-samples.ts";
import { assertSameRow } from "./encoder-test-bed.ts";
import type { EncoderTestBed } from "./encoder-test-bed.ts";

/** The tests of the encoder kit about several inputs and several calls. */
export function encoderBatchTests(bed: EncoderTestBed): ConformanceTest[] {
  const { inputs: kinds, maxBatch } = bed.supports;
  const mixture: readonly EncoderInput[] = [0, 1, 2]
    .flatMap((sample) => kinds.map((kind) => encoderSamples(kind)[sample]!))
    .slice(0, maxBatch);
  const [one, other] = [mixture[0]!, mixture.at(-1)!];
  return [
    {
      name: "refuses an empty batch as invalid-argument",
      async run() {
        await assertRejectsWith(bed.rows(), "invalid-argument");
      },
    },
    {
      name: "refuses more than maxBatch inputs as invalid-argument",
      async run() {
        const inputs = Array.from({ length: maxBatch + 1 }, () => one);
        await assertRejectsWith(bed.rows(...inputs), "invalid-argument");
      },
    },
    {
      name: "accepts maxBatch inputs",
      async run() {
        await bed.rows(...Array.from({ length: maxBatch }, () => one));
      },
    },
    {
      name: "gives every input the same row alone and in a mixed batch, in input order",
      async run() {
        const batch = await bed.rows(...mixture);
        for (const [index, input] of mixture.entries()) {
          const [alone] = await bed.rows(input);
          assertSameRow(batch[index], alone, `input ${index} (${input.type})`);
        }
      },
    },
    {
      name: "gives bit-identical rows when called again",
      async run() {
        const [first, second] = [await bed.rows(...mixture), await bed.rows(...mixture)];
        assertEqualData(second, first, "the second call gave other bits");
      },
    },
    {
      name: "keeps calls made at once apart",
      async run() {
        const alone = [await bed.rows(one), await bed.rows(other)];
        const atOnce = await Promise.all(
          [0, 1, 0, 1].map((at) => bed.rows(at === 0 ? one : other)),
        );
        for (const [call, rows] of atOnce.entries()) {
          assertSameRow(rows[0], alone[call % 2]![0], `call ${call} of four at once`);
        }
      },
    },
    {
      name: "leaves an earlier result alone",
      async run() {
        const encoder = await bed.encoder();
        const { embeddings } = await encoder.doEncode({
          inputs: structuredClone([one]),
          role: "query",
        });
        const copy = embeddings.slice();
        await encoder.doEncode({ inputs: structuredClone([other]), role: "candidate" });
        assertEqualData(embeddings, copy, "a later call changed the result of an earlier one");
      },
    },
    {
      name: "leaves its inputs alone",
      async run() {
        const encoder = await bed.encoder();
        const inputs = structuredClone(mixture);
        await encoder.doEncode({ inputs, role: "query" });
        assertEqualData(inputs, mixture, "the call changed its inputs");
      },
    },
  ];
}
