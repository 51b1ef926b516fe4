import { registerSuite } from "../register-suite.ts";
import { vlmConformanceSuite } from "./vlm-conformance-suite.ts";
import type { VlmConformanceSubject } from "./vlm-test-bed.ts";

/**
 * Registers in vitest what every `VlmBackendV1` must pass. No network is touched.
 *
 * With `answer`, also what a backend that speaks HTTP must make of good, broken and hostile
 * servers. Wrappers such as `withRetry` leave it out: mapping a server's answers is not theirs.
 */
export function describeVlmConformance(name: string, subject: VlmConformanceSubject): void {
  registerSuite(`VlmBackendV1 conformance: ${name}`, vlmConformanceSuite(subject));
}
