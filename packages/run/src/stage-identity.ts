import type { JsonValue } from "@megapairs/spec";

import { canonicalJson, sha256Hex } from "./canonical-json.ts";
import type { ShardPlan, Stage } from "./stage.ts";

/** The part of a stage that its rows depend on. */
export type StageFacts = Pick<Stage, "name" | "version" | "settings" | "inputs" | "fingerprints">;

/**
 * The identity of a stage: SHA-256, lower-case hex, of the canonical JSON of its name, code
 * version, settings, inputs, model fingerprints, and its plan's digest. Two stages of one identity
 * give the same rows. Key order does not count; every value does.
 *
 * `invalid-argument` when the settings are not plain JSON.
 */
export function stageIdentity(stage: StageFacts, plan: string | null = null): string {
  const { name, version, settings, inputs, fingerprints = {} } = stage;
  const facts = { name, version, settings, inputs, fingerprints, plan };
  return sha256Hex([canonicalJson(facts, `Identity of stage "${name}"`)]);
}

/**
 * The digest of a plan: SHA-256, lower-case hex, over each shard's canonical JSON and a line feed.
 * As part of the identity it notices a corpus that changed between kill and resume.
 */
export function planDigest(shards: Iterable<ShardPlan>): string {
  function* lines(): Generator<string> {
    for (const { shard, items, input } of shards) {
      yield `${canonicalJson({ shard, items, input } satisfies JsonValue, `Input of shard "${shard}"`)}\n`;
    }
  }
  return sha256Hex(lines());
}
