import { createMemoryLedger, withConcurrency, withLedger, withRetry } from "@megapairs/annotate";
import { createFakeVlm, describeVlmConformance } from "@megapairs/conformance";
import type { VlmBackendV1, VlmSupports } from "@megapairs/spec";

const SUPPORTS: readonly VlmSupports[] = [
  { maxImages: 2, jsonSchema: true, seed: true },
  { maxImages: 0, jsonSchema: false, seed: false },
];

const WRAPPERS: Readonly<Record<string, (backend: VlmBackendV1) => VlmBackendV1>> = {
  withRetry: (backend) => withRetry(backend, { sleep: async () => {} }),
  withConcurrency: (backend) => withConcurrency(backend, { limit: 1 }),
  withLedger: (backend) => withLedger(backend, createMemoryLedger()),
  "all three": (backend) =>
    withLedger(withRetry(withConcurrency(backend, { limit: 8 })), createMemoryLedger()),
};

for (const [name, wrap] of Object.entries(WRAPPERS)) {
  for (const supports of SUPPORTS) {
    describeVlmConformance(`${name}, ${supports.maxImages} images`, {
      create: () => wrap(createFakeVlm({ supports })),
      supports,
    });
  }
}
