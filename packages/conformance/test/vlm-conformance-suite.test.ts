// oxlint-disable typescript/unbound-method -- the fakes use no `this`
import { createFakeVlm, vlmConformanceSuite } from "@megapairs/conformance";
import type { ConformanceSuite, VlmConformanceSubject } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, GenerateResult, VlmBackendV1 } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import { describeMutants, failingTests } from "./mutants.ts";
import type { Mutants } from "./mutants.ts";
import { createWireVlm, wireAnswer } from "./wire-vlm.ts";
import type { WireVlmSettings } from "./wire-vlm.ts";

type DoGenerate = (options: GenerateOptions) => Promise<GenerateResult>;

const supports = { maxImages: 2, jsonSchema: true, seed: true };

function suite(
  change: (backend: VlmBackendV1) => Partial<VlmBackendV1> = () => ({}),
): ConformanceSuite {
  return wireSuite({}, change);
}

function wireSuite(
  settings: Omit<WireVlmSettings, "fetch" | "supports">,
  change: (backend: VlmBackendV1) => Partial<VlmBackendV1> = () => ({}),
): ConformanceSuite {
  const create: VlmConformanceSubject["create"] = ({ fetch }) => {
    const backend = createWireVlm({ fetch, supports, ...settings });
    return { ...backend, ...change(backend) };
  };
  return vlmConformanceSuite({ supports, answer: wireAnswer, create });
}

const generating =
  (
    wrap: (doGenerate: DoGenerate, options: GenerateOptions) => Promise<GenerateResult>,
  ): (() => ConformanceSuite) =>
  () =>
    suite(({ doGenerate }) => ({ doGenerate: (options) => wrap(doGenerate, options) }));

/** A mutant that tells the server something other than what it was asked. */
const asking = (ask: (options: GenerateOptions) => GenerateOptions): (() => ConformanceSuite) =>
  generating((doGenerate, options) => doGenerate(ask(options)));

/** A mutant that maps what a server did to another code. */
const failingAs = (
  is: (error: MegaPairsError) => boolean,
  change: (error: MegaPairsError) => unknown,
): (() => ConformanceSuite) =>
  generating((doGenerate, options) =>
    doGenerate(options).catch((error: unknown) => {
      throw MegaPairsError.isInstance(error) && is(error) ? change(error) : error;
    }),
  );

const withCode =
  (code: "rejected" | "overloaded" | "unavailable" | "invalid-output") =>
  (error: MegaPairsError): MegaPairsError =>
    new MegaPairsError(code, error.message, { cause: error.cause });

const STATUSES: readonly (readonly [number, string])[] = [
  [400, "rejected"],
  [401, "rejected"],
  [403, "rejected"],
  [404, "rejected"],
  [408, "overloaded"],
  [409, "overloaded"],
  [413, "rejected"],
  [422, "rejected"],
  [429, "overloaded"],
  [500, "unavailable"],
  [502, "unavailable"],
  [503, "unavailable"],
  [504, "unavailable"],
];

/** Statuses whose mutants stay within reach of one test: for 429, of those without Retry-After. */
const statusMutants: Mutants = Object.fromEntries(
  STATUSES.map(([status, code]) => [
    `maps HTTP ${status} to ${code}`,
    failingAs(
      ({ details, retryAfterMs, message }) =>
        details["status"] === status && retryAfterMs === undefined && message.endsWith("no"),
      withCode("invalid-output"),
    ),
  ]),
);

const BODIES: Readonly<Record<string, string>> = {
  "an empty body": "",
  "a body that is not JSON": "not json",
  "an empty object": "{}",
  null: "null",
  "an array": "[]",
  "a page of HTML": "<!doctype html><title>Sign in</title>",
  "an error told with status 200": '{"error":{"message":"engine died"}}',
};

const bodyMutants: Mutants = Object.fromEntries(
  Object.entries(BODIES).map(([what, body]) => [
    `maps ${what} to invalid-output`,
    () => wireSuite({ read: (text) => (text === body ? text : undefined) }),
  ]),
);

const mutants: Mutants = {
  "states its identity and what it supports": () => suite(() => ({ modelId: "" })),
  "answers with a text, a finish reason and the tokens it knows of": generating(
    async (doGenerate, options) => ({
      ...(await doGenerate(options)),
      usage: { input: 0.5, output: undefined },
    }),
  ),
  "answers a prompt without images": generating((doGenerate, options) => {
    const images = options.prompt.filter(({ type }) => type === "image").length;
    if (images === 0 && options.seed === undefined)
      throw new MegaPairsError("rejected", "no image");
    return doGenerate(options);
  }),
  "has nothing to warn about in a plain call": generating(async (doGenerate, options) => {
    const result = await doGenerate(options);
    const isPlain = options.seed === undefined && options.jsonSchema === undefined;
    return isPlain ? { ...result, warnings: ["hello"] } : result;
  }),
  "takes a JSON Schema, and answers": generating(async (doGenerate, options) => {
    const result = await doGenerate(options);
    return options.jsonSchema === undefined ? result : { ...result, warnings: ["left out"] };
  }),
  "takes a seed, and answers": generating(async (doGenerate, options) => {
    const result = await doGenerate(options);
    return options.seed === undefined ? result : { ...result, warnings: ["left out"] };
  }),
  "refuses more than maxImages images as unsupported": () => wireSuite({ isUnlimited: true }),
  "gives the same text for the same seed": () => {
    let calls = 0;
    return suite(({ doGenerate }) => ({
      async doGenerate(options) {
        const result = await doGenerate(options);
        const isPlain = options.seed === undefined || options.prompt.length === 1;
        return isPlain
          ? result
          : { ...result, text: `${result.text}${Math.floor(calls++ / 2) === 0 ? calls : ""}` };
      },
    }));
  },
  "keeps calls made at once apart": () =>
    suite(({ doGenerate }) => {
      let latest: GenerateOptions["prompt"] = [];
      return {
        async doGenerate(options) {
          latest = options.prompt;
          await Promise.resolve();
          return doGenerate({ ...options, prompt: latest });
        },
      };
    }),
  "leaves its options alone": generating((doGenerate, options) => {
    if (options.jsonSchema?.["properties"] !== undefined) {
      Object.assign(options.jsonSchema, { strict: true });
    }
    return doGenerate(options);
  }),
  "rejects with the signal's reason when it is aborted already": generating(
    async (doGenerate, options) => {
      if (options.signal?.aborted === true) throw new MegaPairsError("unavailable", "aborted");
      return doGenerate(options);
    },
  ),
  "rejects with the signal's reason when aborted in flight, or is done": generating(
    async (doGenerate, options) => {
      options.signal?.throwIfAborted();
      await Promise.resolve();
      if (options.signal?.aborted === true) throw new MegaPairsError("unavailable", "aborted");
      return doGenerate(options);
    },
  ),
  "may be disposed twice": () =>
    suite(() => {
      let disposals = 0;
      return {
        async dispose() {
          disposals += 1;
          if (disposals === 2) throw new Error("disposed already");
        },
      };
    }),
  "returns the server's text unchanged": generating(async (doGenerate, options) => {
    const result = await doGenerate(options);
    return { ...result, text: result.text.replaceAll(/\s+/g, " ") };
  }),
  "tells an answer that ended from one that was cut off": generating(
    async (doGenerate, options) => ({ ...(await doGenerate(options)), finishReason: "stop" }),
  ),
  "sends the system text": asking((options) => ({ ...options, system: undefined })),
  "sends the prompt text": asking((options) => ({
    ...options,
    prompt: options.prompt.filter((part) => part.type === "image" || part.text !== "Why?"),
  })),
  "sends the maxOutputTokens": asking((options) => ({ ...options, maxOutputTokens: 100 })),
  "sends the temperature": asking((options) => ({ ...options, temperature: 0 })),
  "sends the seed": asking((options) => ({ ...options, seed: undefined })),
  "sends the JSON Schema": asking((options) => ({ ...options, jsonSchema: undefined })),
  "sends the order of the images": asking((options) => ({
    ...options,
    prompt: options.prompt.toSorted((a, b) =>
      a.type === "image" && b.type === "image" ? Buffer.compare(a.image.bytes, b.image.bytes) : 0,
    ),
  })),
  "makes one request per call, the same for the same call": () => {
    let user = 0;
    return suite(({ doGenerate }) => ({
      doGenerate: (options) =>
        doGenerate(
          options.seed === undefined && options.system === undefined
            ? { ...options, system: `user ${user++}` }
            : options,
        ),
    }));
  },
  "makes no request when it is aborted already": () => wireSuite({ checksSignalLate: true }),
  "rejects with the signal's reason when aborted before the response": () =>
    wireSuite({ signalFor: "body" }),
  "rejects with the signal's reason when aborted within the response": () =>
    wireSuite({ signalFor: "headers" }),
  ...statusMutants,
  "does not retry": () =>
    suite(({ doGenerate }) => ({
      doGenerate: (options) =>
        doGenerate(options).catch((error: unknown) => {
          const isBusy = MegaPairsError.isInstance(error) && error.message.endsWith("later");
          if (isBusy) return doGenerate(options);
          throw error;
        }),
    })),
  "passes on Retry-After in seconds": failingAs(
    ({ retryAfterMs }) => retryAfterMs === 90_000,
    ({ message }) => new MegaPairsError("overloaded", message, { retryAfterMs: 90 }),
  ),
  "passes on Retry-After as a date": failingAs(
    ({ retryAfterMs }) => retryAfterMs !== undefined && retryAfterMs > 91_000,
    ({ message }) => new MegaPairsError("overloaded", message),
  ),
  "leaves retryAfterMs out where the server says nothing sensible": failingAs(
    ({ code, retryAfterMs, message }) =>
      code === "overloaded" && retryAfterMs === undefined && !message.endsWith("no"),
    ({ message }) => new MegaPairsError("overloaded", message, { retryAfterMs: Number.NaN }),
  ),
  "maps a refused connection to unavailable, keeping the cause": failingAs(
    ({ code, cause }) => code === "unavailable" && String(cause).includes("fetch failed"),
    ({ message }) => new MegaPairsError("unavailable", message),
  ),
  "maps a connection lost within the response to unavailable": failingAs(
    ({ code, cause }) => code === "unavailable" && String(cause).includes("terminated"),
    withCode("invalid-output"),
  ),
  ...bodyMutants,
  "maps half an answer to invalid-output": () =>
    wireSuite({
      read: (text) => (text.startsWith('{"say') && !text.endsWith("}") ? text : undefined),
    }),
  "keeps keys and image bytes that a server echoes out of its errors": () =>
    wireSuite({ tellsBodies: true }),
};

describe("VLM kit", () => {
  describeMutants(suite, mutants);

  it("has a mutant for every test", () => {
    expect(Object.keys(mutants).toSorted()).toEqual(
      suite()
        .tests.map(({ name }) => name)
        .toSorted(),
    );
  });

  it("registers no test of the wire for a backend that sends nothing", () => {
    const local = vlmConformanceSuite({ supports, create: () => createFakeVlm() });
    const names = local.tests.map(({ name }) => name);
    expect(names).toContain("keeps calls made at once apart");
    expect(names).not.toContain("does not retry");
  });

  it.each([
    ["warns about a JSON Schema, and answers", { jsonSchema: false }],
    ["warns about a seed, and answers", { seed: false }],
  ])("only '%s' catches a backend that keeps quiet", async (name, lacking) => {
    const declared = { ...supports, ...lacking };
    const create = (): VlmBackendV1 => ({ ...createFakeVlm(), supports: declared });
    const quiet = vlmConformanceSuite({ supports: declared, create });
    expect(await failingTests(quiet)).toEqual([name]);
  });

  it("expects warnings where an option is not supported", () => {
    const without = { maxImages: 0, jsonSchema: false, seed: false };
    const create = (): VlmBackendV1 => createFakeVlm({ supports: without });
    const names = vlmConformanceSuite({ supports: without, create }).tests.map(({ name }) => name);
    expect(names).toContain("warns about a JSON Schema, and answers");
    expect(names).not.toContain("gives the same text for the same seed");
  });
});
