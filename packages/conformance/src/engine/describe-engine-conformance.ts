import { registerSuite } from "../register-suite.ts";
import { engineConformanceSuite } from "./engine-conformance-suite.ts";
import type { EngineConformanceSubject } from "./engine-test-bed.ts";

/**
 * Registers in vitest what every `EngineV1` must pass.
 *
 * Two tests fail tasks retryably: an engine that waits between attempts is best created with
 * short waits.
 */
export function describeEngineConformance(name: string, subject: EngineConformanceSubject): void {
  registerSuite(`EngineV1 conformance: ${name}`, engineConformanceSuite(subject));
}
