import { registerSuite } from "../register-suite.ts";
import { corpusConformanceSuite } from "./corpus-conformance-suite.ts";
import type { CorpusConformanceSubject } from "./corpus-conformance-suite.ts";

/** Registers in vitest what every `CorpusV1` must pass. Every entry must be readable. */
export function describeCorpusConformance(name: string, subject: CorpusConformanceSubject): void {
  registerSuite(`CorpusV1 conformance: ${name}`, corpusConformanceSuite(subject));
}
