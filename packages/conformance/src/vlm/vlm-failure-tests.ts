import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { MegaPairsErrorCode } from "@megapairs/spec";
import { assertRejectsWith } from "../assert-rejects-with.ts";
import type { ConformanceTest } from "../conformance-suite.ts";
import type { VlmTestBed, WireAnswer } from "./vlm-test-bed.ts";

const CODE_BY_STATUS: readonly (readonly [number, MegaPairsErrorCode])[] = [
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

const NO_ANSWERS: readonly (readonly [string, string, string])[] = [
  ["an empty body", "", "application/json"],
  ["a body that is not JSON", "not json", "application/json"],
  ["an empty object", "{}", "application/json"],
  ["null", "null", "application/json"],
  ["an array", "[]", "application/json"],
  ["a page of HTML", "<!doctype html><title>Sign in</title>", "text/html"],
  ["an error told with status 200", '{"error":{"message":"engine died"}}', "application/json"],
];

function statusTests({ ask, call, withBackend }: VlmTestBed): ConformanceTest[] {
  return [
    ...CODE_BY_STATUS.map(([status, code]): ConformanceTest => ({
      name: `maps HTTP ${status} to ${code}`,
      async run() {
        await assertRejectsWith(
          ask(() => new Response("no", { status })),
          code,
        );
      },
    })),
    {
      name: "does not retry",
      async run() {
        let requests = 0;
        await withBackend(
          (backend) => backend.doGenerate(call).catch(() => undefined),
          async () => {
            requests += 1;
            return new Response("later", { status: 503, headers: { "retry-after": "0" } });
          },
        );
        assert.equal(requests, 1);
      },
    },
  ];
}

function busy(retryAfter: string): Response {
  const headers = { "retry-after": retryAfter, date: new Date().toUTCString() };
  return new Response("", { status: 429, headers });
}

function retryAfterTests({ ask }: VlmTestBed): ConformanceTest[] {
  return [
    {
      name: "passes on Retry-After in seconds",
      async run() {
        const error = await assertRejectsWith(
          ask(() => busy("90")),
          "overloaded",
        );
        assert.equal(error.retryAfterMs, 90_000);
      },
    },
    {
      name: "passes on Retry-After as a date",
      async run() {
        const inTwoMinutes = new Date(Date.now() + 120_000).toUTCString();
        const error = await assertRejectsWith(
          ask(() => busy(inTwoMinutes)),
          "overloaded",
        );
        const waitMs = error.retryAfterMs ?? Number.NaN;
        assert.ok(waitMs > 60_000 && waitMs <= 121_000, `retryAfterMs is ${waitMs}`);
      },
    },
    {
      name: "leaves retryAfterMs out where the server says nothing sensible",
      async run() {
        const error = await assertRejectsWith(
          ask(() => busy("soon")),
          "overloaded",
        );
        assert.equal(error.retryAfterMs, undefined);
      },
    },
  ];
}

function causesOf(error: unknown): unknown[] {
  return error instanceof Error && error.cause !== undefined
    ? [error.cause, ...causesOf(error.cause)]
    : [];
}

function connectionTests({ ask }: VlmTestBed, answer: WireAnswer): ConformanceTest[] {
  const socket = new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") });
  return [
    {
      name: "maps a refused connection to unavailable, keeping the cause",
      async run() {
        const error = await assertRejectsWith(
          ask(() => Promise.reject(socket)),
          "unavailable",
        );
        assert.ok(causesOf(error).includes(socket), "the socket's error is not among the causes");
      },
    },
    {
      name: "maps a connection lost within the response to unavailable",
      async run() {
        const half = JSON.stringify(answer("yes", "stop")).slice(0, 20);
        const chunks = [new TextEncoder().encode(half)];
        const respond = (): Response => {
          const body = new ReadableStream({
            pull(stream) {
              const chunk = chunks.shift();
              if (chunk === undefined) stream.error(new TypeError("terminated"));
              else stream.enqueue(chunk);
            },
          });
          return new Response(body, { headers: { "content-type": "application/json" } });
        };
        await assertRejectsWith(ask(respond), "unavailable");
      },
    },
  ];
}

function outputTests({ ask }: VlmTestBed, answer: WireAnswer): ConformanceTest[] {
  const whole = JSON.stringify(answer("It is bigger.", "stop"));
  const bodies = [
    ...NO_ANSWERS,
    ["half an answer", whole.slice(0, whole.length >> 1), "application/json"] as const,
  ];
  return bodies.map(([what, body, contentType]) => ({
    name: `maps ${what} to invalid-output`,
    async run() {
      const headers = { "content-type": contentType };
      const call = ask(() => new Response(body, { headers }));
      await assertRejectsWith(call, "invalid-output");
    },
  }));
}

function secrecyTests({ call, withBackend }: VlmTestBed): ConformanceTest[] {
  return [
    {
      name: "keeps keys and image bytes that a server echoes out of its errors",
      async run() {
        const secrets: string[] = [];
        for (const part of call.prompt) {
          if (part.type !== "image") continue;
          const base64 = Buffer.from(part.image.bytes).toString("base64");
          secrets.push(base64.slice(0, 24), base64.slice(60, 100));
        }
        const error: unknown = await withBackend(
          (backend) => backend.doGenerate(call).catch((thrown: unknown) => thrown),
          async (input, init) => {
            const request = new Request(input, init);
            const key = request.headers.get("authorization");
            if (key !== null) secrets.push(key.replace(/^Bearer /, ""));
            const detail = [{ msg: `Field required (${key})`, input: await request.text() }];
            return Response.json({ detail }, { status: 422 });
          },
        );
        const told = inspect(error, {
          depth: Infinity,
          showHidden: true,
          maxStringLength: Infinity,
        });
        for (const secret of secrets) {
          assert.ok(!told.includes(secret), `the error tells ${secret}`);
        }
      },
    },
  ];
}

/** The tests of the VLM kit about servers that fail. */
export function vlmFailureTests(bed: VlmTestBed, answer: WireAnswer): ConformanceTest[] {
  return [
    ...statusTests(bed),
    ...retryAfterTests(bed),
    ...connectionTests(bed, answer),
    ...outputTests(bed, answer),
    ...secrecyTests(bed),
  ];
}
