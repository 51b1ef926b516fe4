import assert from "node:assert/strict";
import type { EncoderSupports, EncoderV1 } from "@megapairs/spec";
import type { ConformanceSuite, ConformanceTest } from "../conformance-suite.ts";
import { encoderBatchTests } from "./encoder-batch-tests.ts";
import { encoderAbortTests } from "./encoder-abort-tests.ts";
import { encoderKindTests } from "./encoder-kind-tests.ts";
import { encoderPictureTests } from "./encoder-picture-tests.ts";
import { createEncoderTestBed } from "./encoder-test-bed.ts";
import type { EncoderTestBed } from "./encoder-test-bed.ts";

/** What the encoder kit needs from the implementation under test. */
export interface EncoderConformanceSubject {
  /** Makes the encoder: once for the whole suite, once more for the test of `dispose`. */
  readonly create: () => EncoderV1 | Promise<EncoderV1>;
  /** What it must report as `supports`. Decides which tests there are, so that none is skipped by accident. */
  readonly supports: EncoderSupports;
}

function identityTests({ encoder, supports }: EncoderTestBed): ConformanceTest[] {
  return [
    {
      name: "states its identity and what it supports",
      async run() {
        const subject = await encoder();
        assert.equal(subject.specificationVersion, "encoder-v1");
        assert.notEqual(subject.modelId, "");
        assert.match(subject.fingerprint, /^[0-9a-f]{64}$/);
        assert.ok(Number.isSafeInteger(subject.dimensions) && subject.dimensions > 0);
        assert.deepEqual(
          { ...subject.supports, inputs: subject.supports.inputs.toSorted() },
          { ...supports, inputs: supports.inputs.toSorted() },
        );
      },
    },
  ];
}

function disposeTests(create: EncoderConformanceSubject["create"]): ConformanceTest[] {
  return [
    {
      name: "may be disposed twice",
      async run() {
        const subject = await create();
        await subject.dispose?.();
        await subject.dispose?.();
      },
    },
  ];
}

/** Every test that an {@link EncoderV1} of these `supports` must pass. */
export function encoderConformanceSuite(subject: EncoderConformanceSubject): ConformanceSuite {
  const bed = createEncoderTestBed(subject);
  return {
    tests: [
      ...identityTests(bed),
      ...encoderKindTests(bed),
      ...encoderPictureTests(bed),
      ...encoderBatchTests(bed),
      ...encoderAbortTests(bed),
      ...disposeTests(subject.create),
    ],
    close: bed.close,
  };
}
