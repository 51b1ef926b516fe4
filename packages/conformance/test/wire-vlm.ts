import type { WireAnswer } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { MegaPairsErrorCode, VlmBackendV1, VlmSupports } from "@megapairs/spec";

/** A backend over `fetch` in a wire format of its own, with a switch for each way to break it. */
export interface WireVlmSettings {
  readonly fetch: typeof fetch;
  readonly supports: VlmSupports;
  readonly isUnlimited?: boolean;
  readonly checksSignalLate?: boolean;
  readonly signalFor?: "headers" | "body";
  readonly tellsBodies?: boolean;
  readonly read?: (body: string) => string | undefined;
}

/** The body with which the server of {@link createWireVlm} says a text. */
export const wireAnswer: WireAnswer = (text, finishReason) => ({ say: text, why: finishReason });

function codeOf(status: number): MegaPairsErrorCode {
  if ([408, 409, 429].includes(status)) return "overloaded";
  return status >= 500 ? "unavailable" : "rejected";
}

function retryAfterMs({ headers }: Response): number | undefined {
  const value = headers.get("retry-after") ?? "";
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : ms;
}

function readAnswer(body: string): { readonly say: string; readonly why: "stop" | "length" } {
  try {
    const { say, why } = JSON.parse(body);
    if (typeof say === "string" && (why === "stop" || why === "length")) return { say, why };
  } catch {
    // told below
  }
  throw new MegaPairsError("invalid-output", "not an answer");
}

/** Makes the backend: sound where no switch is set. */
export function createWireVlm(settings: WireVlmSettings): VlmBackendV1 {
  const { fetch: send, supports, signalFor, tellsBodies = false } = settings;
  return {
    specificationVersion: "vlm-v1",
    provider: "wire",
    modelId: "wire/model",
    supports,
    async doGenerate({ signal, ...options }) {
      if (settings.checksSignalLate !== true) signal?.throwIfAborted();
      const images = options.prompt.filter(({ type }) => type === "image").length;
      if (images > supports.maxImages && settings.isUnlimited !== true) {
        throw new MegaPairsError("unsupported", `${images} images`);
      }
      const body = JSON.stringify(options, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value,
      );
      let response: Response;
      let text: string;
      const connection = new AbortController();
      const hangUp = (): void => connection.abort();
      if (signalFor !== "body") signal?.addEventListener("abort", hangUp);
      try {
        response = await send("http://wire.test", {
          method: "POST",
          body,
          headers: { authorization: "Bearer secret-wire-key" },
          signal: connection.signal,
        });
        if (signalFor === "body") {
          signal?.addEventListener("abort", hangUp);
        }
        if (signalFor === "headers") signal?.removeEventListener("abort", hangUp);
        text = await response.text();
      } catch (cause) {
        signal?.throwIfAborted();
        throw new MegaPairsError("unavailable", "no answer", { cause });
      }
      if (!response.ok) {
        const told = tellsBodies || text.length < 10 ? text : "";
        throw new MegaPairsError(codeOf(response.status), `HTTP ${response.status}: ${told}`, {
          retryAfterMs: retryAfterMs(response),
          details: { status: response.status },
        });
      }
      const say = settings.read?.(text);
      if (signalFor === undefined) signal?.throwIfAborted();
      const answer = say === undefined ? readAnswer(text) : { say, why: "stop" as const };
      return {
        text: answer.say,
        finishReason: answer.why,
        usage: { input: undefined, output: undefined },
        warnings: [],
      };
    },
    async dispose() {},
  };
}
