import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { withConcurrency } from "@megapairs/annotate";
import { createFakeVlm } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, VlmBackendV1 } from "@megapairs/spec";

const call = (text: string, signal?: AbortSignal): GenerateOptions => ({
  prompt: [{ type: "text", text }],
  maxOutputTokens: 8,
  temperature: 0,
  signal,
});

/** A backend whose calls stay open until they are told to end. */
function gated(): {
  backend: VlmBackendV1;
  open: { text: string; end: (error?: Error) => void }[];
} {
  const open: { text: string; end: (error?: Error) => void }[] = [];
  const backend = createFakeVlm({
    answer: async ({ prompt: [part] }) =>
      new Promise((resolve, reject) => {
        const text = part?.type === "text" ? part.text : "";
        open.push({ text, end: (error) => (error === undefined ? resolve(text) : reject(error)) });
      }),
  });
  return { backend, open };
}

describe("withConcurrency", () => {
  it("begins with the initial number and doubles it with each round of answers", async () => {
    const { backend, open } = gated();
    const limited = withConcurrency(backend, { limit: 7, initial: 2 });
    const calls = Array.from({ length: 30 }, (_, index) => limited.doGenerate(call(`${index}`)));
    const rounds: number[] = [];
    while (rounds.reduce((sum, round) => sum + round, 0) < calls.length) {
      await turn();
      const round = open.splice(0);
      rounds.push(round.length);
      for (const { end } of round) end();
    }
    expect(rounds).toEqual([2, 4, 7, 7, 7, 3]);
    const texts = (await Promise.all(calls)).map(({ text }) => text);
    expect(texts).toEqual(calls.map((_, index) => `${index}`));
  });

  it("does not allow more after a failure", async () => {
    const { backend, open } = gated();
    const limited = withConcurrency(backend, { limit: 4, initial: 1 });
    const calls = ["a", "b", "c"].map((text) => limited.doGenerate(call(text)));
    const error = new MegaPairsError("unavailable", "HTTP 500");
    await turn();
    open.shift()?.end(error);
    await expect(calls[0]).rejects.toBe(error);
    await turn();
    expect(open.map(({ text }) => text)).toEqual(["b"]);
    open.shift()?.end();
    await turn();
    open.shift()?.end();
    await expect(calls[2]).resolves.toMatchObject({ text: "c" });
  });

  it("rejects a waiting call at once when it is aborted, and never makes it", async () => {
    const { backend, open } = gated();
    const limited = withConcurrency(backend, { limit: 1 });
    const first = limited.doGenerate(call("first"));
    const controller = new AbortController();
    const waiting = limited.doGenerate(call("waiting", controller.signal));
    const reason = new Error("stop");
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    const third = limited.doGenerate(call("third"));
    await turn();
    open[0]?.end();
    await expect(first).resolves.toMatchObject({ text: "first" });
    await turn();
    expect(open.map(({ text }) => text)).toEqual(["first", "third"]);
    open[1]?.end();
    await third;
  });

  it.each([{ limit: 0 }, { limit: 2.5 }, { limit: 2, initial: 3 }, { limit: 2, initial: 0 }])(
    "refuses %j",
    (settings) => {
      expect(() => withConcurrency(createFakeVlm(), settings)).toThrow(
        expect.objectContaining({ code: "invalid-argument" }),
      );
    },
  );
});
