import type { ConformanceSuite } from "../conformance-suite.ts";
import { vlmContractTests } from "./vlm-contract-tests.ts";
import { vlmFailureTests } from "./vlm-failure-tests.ts";
import { createVlmTestBed } from "./vlm-test-bed.ts";
import type { VlmConformanceSubject } from "./vlm-test-bed.ts";
import { vlmWireTests } from "./vlm-wire-tests.ts";

/** Every test that a `VlmBackendV1` of these `supports` must pass. No network is touched. */
export function vlmConformanceSuite(subject: VlmConformanceSubject): ConformanceSuite {
  const bed = createVlmTestBed(subject);
  const { answer } = subject;
  const wire =
    answer === undefined ? [] : [...vlmWireTests(bed, answer), ...vlmFailureTests(bed, answer)];
  return { tests: [...vlmContractTests(bed), ...wire], close: async () => {} };
}
