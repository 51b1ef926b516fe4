import assert from "node:assert/strict";
import type { EncoderInput } from "@megapairs/spec";
import { assertRejectsWith } from "../assert-rejects-with.ts";
import type { ConformanceTest } from "../conformance-suite.ts";
import { encoderSamples } from "./encoder-samples.ts";
import { assertDifferentRows } from "./encoder-test-bed.ts";
import type { EncoderTestBed } from "./encoder-test-bed.ts";

const KINDS: readonly EncoderInput["type"][] = ["text", "image", "composed"];

function supportedKindTests(bed: EncoderTestBed, kind: EncoderInput["type"]): ConformanceTest[] {
  const [first, second] = encoderSamples(kind);
  const distinction: ConformanceTest = {
    name: `tells different ${kind} inputs apart`,
    async run() {
      const [one, other] = await bed.rows(first, second);
      assertDifferentRows(one, other, kind);
    },
  };
  return [
    {
      name: `encodes ${kind} as one row of L2 norm 1`,
      async run() {
        const [row] = await bed.rows(first);
        const norm = Math.hypot(...row!);
        assert.ok(Math.abs(norm - 1) < 1e-4, `norm is ${norm}, expected 1 ± 1e-4`);
      },
    },
    ...(kind === "composed" ? composedTests(bed) : [distinction]),
  ];
}

function refusedKindTest(bed: EncoderTestBed, kind: EncoderInput["type"]): ConformanceTest {
  return {
    name: `refuses ${kind} as unsupported`,
    async run() {
      const [input] = encoderSamples(kind);
      await assertRejectsWith(bed.rows(input), "unsupported");
    },
  };
}

function textTests(bed: EncoderTestBed): ConformanceTest[] {
  const texts = ["", " ", "x".repeat(5000), "зимний лес", "雪の中の家", "🏔️ 'n' \"quotes\"\n\ttab"];
  return [
    {
      name: "encodes text of any length and script",
      async run() {
        for (const text of texts) {
          const [row] = await bed.rows({ type: "text", text });
          assert.ok(
            row?.every(Number.isFinite),
            `not finite for ${JSON.stringify(text.slice(0, 20))}`,
          );
        }
      },
    },
  ];
}

function composedTests(bed: EncoderTestBed): ConformanceTest[] {
  const [first, second] = encoderSamples("composed");
  if (first.type !== "composed" || second.type !== "composed") return [];
  return [
    {
      name: "lets the text of a composed input count",
      async run() {
        const [one, other] = await bed.rows(first, { ...first, text: second.text });
        assertDifferentRows(one, other, "one image with two texts");
      },
    },
    {
      name: "lets the image of a composed input count",
      async run() {
        const [one, other] = await bed.rows(first, { ...first, image: second.image });
        assertDifferentRows(one, other, "two images with one text");
      },
    },
  ];
}

/** The tests of the encoder kit that look at each kind of input by itself. */
export function encoderKindTests(bed: EncoderTestBed): ConformanceTest[] {
  const { inputs } = bed.supports;
  return [
    ...KINDS.flatMap((kind) =>
      inputs.includes(kind) ? supportedKindTests(bed, kind) : [refusedKindTest(bed, kind)],
    ),
    ...(inputs.includes("text") ? textTests(bed) : []),
  ];
}
