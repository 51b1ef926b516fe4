import { registerSuite } from "../register-suite.ts";
import { encoderConformanceSuite } from "./encoder-conformance-suite.ts";
import type { EncoderConformanceSubject } from "./encoder-conformance-suite.ts";

/**
 * Registers in vitest what every `EncoderV1` must pass.
 *
 * The encoder under test is fed pictures of 1 × 1 to 200 × 3 pixels as PNG files and as pixels,
 * damaged files, texts from empty to 5,000 characters, and batches up to `maxBatch`.
 */
export function describeEncoderConformance(name: string, subject: EncoderConformanceSubject): void {
  registerSuite(`EncoderV1 conformance: ${name}`, encoderConformanceSuite(subject));
}
