import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { GenerateOptions } from "@megapairs/spec";
import { assertEqualData } from "../assert-equal-data.ts";
import { assertRejectsWithReason } from "../assert-rejects-with.ts";
import type { ConformanceTest } from "../conformance-suite.ts";
import { promptOf } from "./vlm-test-bed.ts";
import type { VlmTestBed, WireAnswer } from "./vlm-test-bed.ts";

function answerTests({ ask }: VlmTestBed, answer: WireAnswer): ConformanceTest[] {
  const said = "It is bigger – “größer”, 更大, 🐘.\n\tAnd it has moved.";
  return [
    {
      name: "returns the server's text unchanged",
      async run() {
        const { text } = await ask(() => Response.json(answer(said, "stop")));
        assert.equal(text, said);
      },
    },
    {
      name: "tells an answer that ended from one that was cut off",
      async run() {
        const ended = await ask(() => Response.json(answer(said, "stop")));
        const cutOff = await ask(() => Response.json(answer(said, "length")));
        assert.deepEqual([ended.finishReason, cutOff.finishReason], ["stop", "length"]);
      },
    },
  ];
}

interface Variation {
  readonly what: string;
  readonly options: Partial<GenerateOptions>;
}

function variationsOf({ call, supports }: VlmTestBed): Variation[] {
  const swapped = promptOf(2).with(0, promptOf(2)[1]!).with(1, promptOf(2)[0]!);
  return [
    { what: "system text", options: { system: "Answer briefly." } },
    { what: "prompt text", options: { prompt: [...call.prompt, { type: "text", text: "Why?" }] } },
    { what: "maxOutputTokens", options: { maxOutputTokens: 17 } },
    { what: "temperature", options: { temperature: 0.5 } },
    ...(supports.seed ? [{ what: "seed", options: { seed: 7 } }] : []),
    ...(supports.jsonSchema
      ? [{ what: "JSON Schema", options: { jsonSchema: { type: "object" } } }]
      : []),
    ...(supports.maxImages >= 2
      ? [{ what: "order of the images", options: { prompt: swapped } }]
      : []),
  ];
}

function requestTests(bed: VlmTestBed, answer: WireAnswer): ConformanceTest[] {
  const sent = async (options?: Partial<GenerateOptions>): Promise<string[]> => {
    const bodies: string[] = [];
    await bed.withBackend(
      (backend) => backend.doGenerate({ ...bed.call, ...options }),
      async (input, init) => {
        bodies.push(await new Request(input, init).text());
        return Response.json(answer("yes", "stop"));
      },
    );
    return bodies;
  };
  return [
    ...variationsOf(bed).map(({ what, options }): ConformanceTest => ({
      name: `sends the ${what}`,
      async run() {
        const [plain, varied] = [await sent(), await sent(options)];
        assert.ok(
          !isDeepStrictEqual(varied, plain),
          `the request is the same with another ${what}`,
        );
      },
    })),
    {
      name: "makes one request per call, the same for the same call",
      async run() {
        const [first, second] = [await sent(), await sent()];
        assert.equal(first.length, 1);
        assertEqualData(second, first, "the same call made another request");
      },
    },
  ];
}

/** The signal that a backend gave to `fetch`. */
function signalOf(...[input, init]: Parameters<typeof fetch>): AbortSignal | undefined {
  return init?.signal ?? (input instanceof Request ? input.signal : undefined);
}

function abortTests({ call, withBackend }: VlmTestBed, answer: WireAnswer): ConformanceTest[] {
  const bytes = new TextEncoder().encode(JSON.stringify(answer("too late", "stop")));
  const headers = { "content-type": "application/json" };
  const runAborting = async (
    respond: (abort: () => void, signal: AbortSignal | undefined) => Response,
  ): Promise<void> => {
    const reason = new Error("stopped while waiting");
    const controller = new AbortController();
    await withBackend(
      async (backend) => {
        const running = backend.doGenerate({ ...call, signal: controller.signal });
        await assertRejectsWithReason(running, reason);
      },
      async (input, init) => respond(() => controller.abort(reason), signalOf(input, init)),
    );
  };
  return [
    {
      name: "makes no request when it is aborted already",
      async run() {
        let requests = 0;
        const signal = AbortSignal.abort(new Error("stopped before the call"));
        await withBackend(
          (backend) => backend.doGenerate({ ...call, signal }).catch(() => undefined),
          async () => {
            requests += 1;
            return new Response(bytes, { headers });
          },
        );
        assert.equal(requests, 0);
      },
    },
    {
      name: "rejects with the signal's reason when aborted before the response",
      run: () =>
        runAborting((abort, signal) => {
          abort();
          signal?.throwIfAborted();
          return new Response(bytes, { headers });
        }),
    },
    {
      name: "rejects with the signal's reason when aborted within the response",
      run: () =>
        runAborting((abort, signal) => {
          const body = new ReadableStream({
            start: (stream) => stream.enqueue(bytes.subarray(0, 10)),
            pull(stream) {
              abort();
              if (signal?.aborted === true) return stream.error(signal.reason);
              stream.enqueue(bytes.subarray(10));
              stream.close();
            },
          });
          return new Response(body, { headers });
        }),
    },
  ];
}

/** The tests of the VLM kit about what a backend sends and how it reads an answer. */
export function vlmWireTests(bed: VlmTestBed, answer: WireAnswer): ConformanceTest[] {
  return [...answerTests(bed, answer), ...requestTests(bed, answer), ...abortTests(bed, answer)];
}
