import { registerSuite } from "../register-suite.ts";
import { shardStoreConformanceSuite } from "./shard-store-conformance-suite.ts";
import type { ShardStoreConformanceSubject } from "./shard-store-conformance-suite.ts";

/** Registers in vitest what every `ShardStoreV1` must pass. */
export function describeShardStoreConformance(
  name: string,
  subject: ShardStoreConformanceSubject,
): void {
  registerSuite(`ShardStoreV1 conformance: ${name}`, shardStoreConformanceSuite(subject));
}
