import assert from "node:assert/strict";
import type { GenerateOptions } from "@megapairs/spec";
import { assertEqualData } from "../assert-equal-data.ts";
import { assertRejectsWith, assertRejectsWithReason } from "../assert-rejects-with.ts";
import type { ConformanceTest } from "../conformance-suite.ts";
import { promptOf } from "./vlm-test-bed.ts";
import type { VlmTestBed } from "./vlm-test-bed.ts";

/** A new object each time: a backend that writes to its options must not reach another test. */
function schema(): Record<string, unknown> {
  return {
    type: "object",
    properties: { instructions: { type: "array", items: { type: "string" }, maxItems: 5 } },
    required: ["instructions"],
    additionalProperties: false,
  };
}

const FINISH_REASONS: ReadonlySet<string> = new Set(["stop", "length", "content-filter", "other"]);

function answerTests({ call, supports, withBackend }: VlmTestBed): ConformanceTest[] {
  return [
    {
      name: "states its identity and what it supports",
      run: () =>
        withBackend(async (backend) => {
          assert.equal(backend.specificationVersion, "vlm-v1");
          assert.notEqual(backend.provider, "");
          assert.notEqual(backend.modelId, "");
          assert.deepEqual({ ...backend.supports }, { ...supports });
        }),
    },
    {
      name: "answers with a text, a finish reason and the tokens it knows of",
      run: () =>
        withBackend(async (backend) => {
          const { text, finishReason, usage } = await backend.doGenerate(call);
          assert.ok(typeof text === "string" && text !== "", "the text is empty");
          assert.ok(FINISH_REASONS.has(finishReason), `finish reason ${finishReason}`);
          for (const tokens of [usage.input, usage.output]) {
            assert.ok(tokens === undefined || (Number.isInteger(tokens) && tokens >= 0));
          }
        }),
    },
    {
      name: "answers a prompt without images",
      run: () =>
        withBackend(async (backend) => {
          const { text } = await backend.doGenerate({ ...call, prompt: promptOf(0) });
          assert.notEqual(text, "");
        }),
    },
    {
      name: "has nothing to warn about in a plain call",
      run: () =>
        withBackend(async (backend) => {
          assert.deepEqual((await backend.doGenerate(call)).warnings, []);
        }),
    },
  ];
}

function verb(isSupported: boolean): string {
  return isSupported ? "takes" : "warns about";
}

function supportTests({ call, supports, withBackend }: VlmTestBed): ConformanceTest[] {
  const refusal: ConformanceTest = {
    name: "refuses more than maxImages images as unsupported",
    run: () =>
      withBackend(async (backend) => {
        const prompt = promptOf(supports.maxImages + 1);
        await assertRejectsWith(backend.doGenerate({ ...call, prompt }), "unsupported");
      }),
  };
  return [
    {
      name: `${verb(supports.jsonSchema)} a JSON Schema, and answers`,
      run: () =>
        withBackend(async (backend) => {
          const result = await backend.doGenerate({ ...call, jsonSchema: schema() });
          assert.equal(result.warnings.length, supports.jsonSchema ? 0 : 1);
        }),
    },
    {
      name: `${verb(supports.seed)} a seed, and answers`,
      run: () =>
        withBackend(async (backend) => {
          const result = await backend.doGenerate({ ...call, seed: 7 });
          assert.equal(result.warnings.length, supports.seed ? 0 : 1);
        }),
    },
    ...(Number.isFinite(supports.maxImages) ? [refusal] : []),
  ];
}

function repeatTests({ call, withBackend }: VlmTestBed): ConformanceTest[] {
  const seeded = { ...call, seed: 7 };
  const other = { ...seeded, prompt: promptOf(0, "Say something else.") };
  return [
    {
      name: "gives the same text for the same seed",
      run: () =>
        withBackend(async (backend) => {
          const [first, second] = [
            await backend.doGenerate(seeded),
            await backend.doGenerate(seeded),
          ];
          assert.equal(second.text, first.text);
        }),
    },
    {
      name: "keeps calls made at once apart",
      run: () =>
        withBackend(async (backend) => {
          const alone = [await backend.doGenerate(seeded), await backend.doGenerate(other)];
          const atOnce = await Promise.all([backend.doGenerate(seeded), backend.doGenerate(other)]);
          assert.deepEqual(
            atOnce.map(({ text }) => text),
            alone.map(({ text }) => text),
          );
        }),
    },
  ];
}

function callTests({ call, supports, withBackend }: VlmTestBed): ConformanceTest[] {
  const fresh = (): GenerateOptions => ({
    ...call,
    prompt: promptOf(Math.min(2, supports.maxImages)),
    jsonSchema: schema(),
  });
  return [
    {
      name: "leaves its options alone",
      run: () =>
        withBackend(async (backend) => {
          const options = fresh();
          await backend.doGenerate(options);
          assertEqualData(options, fresh(), "the call changed its options");
        }),
    },
    {
      name: "rejects with the signal's reason when it is aborted already",
      run: () =>
        withBackend(async (backend) => {
          const reason = new Error("stopped before the call");
          const signal = AbortSignal.abort(reason);
          await assertRejectsWithReason(backend.doGenerate({ ...call, signal }), reason);
        }),
    },
    {
      name: "rejects with the signal's reason when aborted in flight, or is done",
      run: () =>
        withBackend(async (backend) => {
          const reason = new Error("stopped in flight");
          const controller = new AbortController();
          const running = backend.doGenerate({ ...call, signal: controller.signal });
          controller.abort(reason);
          const finished = await running.catch(() => undefined);
          if (finished === undefined) await assertRejectsWithReason(running, reason);
          else assert.notEqual(finished.text, "");
        }),
    },
    {
      name: "may be disposed twice",
      run: () =>
        withBackend(async (backend) => {
          await backend.dispose?.();
        }),
    },
  ];
}

/** The tests of the VLM kit that need no knowledge of how a backend reaches its model. */
export function vlmContractTests(bed: VlmTestBed): ConformanceTest[] {
  return [
    ...answerTests(bed),
    ...supportTests(bed),
    ...(bed.supports.seed ? repeatTests(bed) : []),
    ...callTests(bed),
  ];
}
