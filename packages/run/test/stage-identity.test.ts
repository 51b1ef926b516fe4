import { createHash } from "node:crypto";

import { planDigest, stageIdentity, type StageFacts } from "@megapairs/run";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

const FACTS: StageFacts = {
  name: "mine",
  version: 2,
  settings: { band: { upper: 0.96, lower: 0.8 }, hardNegatives: 5 },
  inputs: ["embed-identity"],
  fingerprints: { T: "aa", D: "bb" },
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

describe("stageIdentity", () => {
  it("is the SHA-256 of the canonical JSON", () => {
    expect(stageIdentity(FACTS, "cc")).toBe(
      sha256(
        '{"fingerprints":{"D":"bb","T":"aa"},"inputs":["embed-identity"],"name":"mine","plan":"cc",' +
          '"settings":{"band":{"lower":0.8,"upper":0.96},"hardNegatives":5},"version":2}',
      ),
    );
  });

  it("does not depend on the order of keys", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })),
        (settings) => {
          const turned = Object.fromEntries(Object.entries(settings).toReversed());
          const first = stageIdentity({ ...FACTS, settings: JSON.parse(JSON.stringify(settings)) });
          const second = stageIdentity({ ...FACTS, settings: JSON.parse(JSON.stringify(turned)) });
          expect(first).toBe(second);
        },
      ),
    );
  });

  it.each<[string, Partial<StageFacts>]>([
    ["name", { name: "mined" }],
    ["version", { version: 3 }],
    ["settings", { settings: { band: { upper: 0.96, lower: 0.75 }, hardNegatives: 5 } }],
    ["inputs", { inputs: [] }],
    ["fingerprints", { fingerprints: { T: "aa", D: "bc" } }],
  ])("changes with the %s", (_, change) => {
    expect(stageIdentity({ ...FACTS, ...change })).not.toBe(stageIdentity(FACTS));
  });

  it("changes with the plan, and takes absent fingerprints for none", () => {
    const { fingerprints: _, ...bare } = FACTS;
    expect(stageIdentity(FACTS, "cc")).not.toBe(stageIdentity(FACTS));
    expect(stageIdentity(bare)).toBe(stageIdentity({ ...bare, fingerprints: {} }));
  });

  it("refuses settings that JSON cannot say", () => {
    expect(() => stageIdentity({ ...FACTS, settings: { temperature: Number.NaN } })).toThrow(
      expect.objectContaining({
        code: "invalid-argument",
        message: expect.stringMatching(/^Identity of stage "mine" is not plain JSON: .*NaN/),
      }),
    );
  });
});

describe("planDigest", () => {
  it("is the SHA-256 over one line of canonical JSON for each shard", () => {
    const shards = [
      { shard: "000000", items: 2, input: { to: 2, from: 0 } },
      { shard: "000001", items: 1, input: null },
    ];
    expect(planDigest(shards)).toBe(
      sha256(
        '{"input":{"from":0,"to":2},"items":2,"shard":"000000"}\n' +
          '{"input":null,"items":1,"shard":"000001"}\n',
      ),
    );
  });

  it("depends on the order of shards", () => {
    const a = { shard: "a", items: 1, input: 1 };
    const b = { shard: "b", items: 1, input: 2 };
    expect(planDigest([a, b])).not.toBe(planDigest([b, a]));
  });
});
