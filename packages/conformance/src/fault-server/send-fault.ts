import type { ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import type { GenerateResult } from "@megapairs/spec";
import { chatCompletion } from "./chat-completion.ts";
import type { Fault } from "./fault.ts";

const JSON_TYPE = { "content-type": "application/json" };
const HTML = "<!doctype html><html><head><title>502</title></head><body>Bad gateway</body></html>";

/** What a fault is made from: the answer that the request would have got. */
export interface FaultContext {
  readonly model: string;
  readonly result: GenerateResult;
  /** Aborted when the client hangs up or the server closes. */
  readonly signal: AbortSignal;
}

function halves(body: string): [string, string] {
  const middle = body.length >> 1;
  return [body.slice(0, middle), body.slice(middle)];
}

/** The body of an error response in one of the shapes that servers use. */
export function errorBody(
  status: number,
  message: string,
  style: "nested" | "flat" | "detail" | "text" = "nested",
): string {
  const fields = { object: "error", message, type: "FaultServer", param: null, code: status };
  if (style === "text") return message;
  if (style === "detail") return JSON.stringify({ detail: [{ loc: ["body"], msg: message }] });
  return JSON.stringify(style === "flat" ? fields : { error: fields });
}

async function sendEndless(
  response: ServerResponse,
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  const block = Buffer.alloc(65_536, " ");
  response.writeHead(200, JSON_TYPE);
  for (let sent = 0; sent < bytes && !signal.aborted; sent += block.length) {
    if (response.write(block)) continue;
    await new Promise<void>((resolve) => {
      response.once("drain", resolve);
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
  }
  response.end();
}

function sendStatus(response: ServerResponse, fault: Extract<Fault, { type: "status" }>): void {
  const { status, retryAfter, style } = fault;
  const headers: Record<string, string> =
    style === "text" ? { "content-type": "text/plain" } : JSON_TYPE;
  response.writeHead(
    status,
    retryAfter === undefined ? headers : { ...headers, "retry-after": retryAfter },
  );
  response.end(errorBody(status, `scripted fault: HTTP ${status}`, style));
}

/** Answers a request with a fault. */
export async function sendFault(
  response: ServerResponse,
  fault: Fault,
  { model, result, signal }: FaultContext,
): Promise<void> {
  const completion = (changed: Partial<GenerateResult> = {}): string =>
    JSON.stringify(chatCompletion(model, { ...result, ...changed }));
  const sendOk = (body: string): void => void response.writeHead(200, JSON_TYPE).end(body);
  const [first, second] = halves(completion());

  switch (fault.type) {
    case "hang":
      return;
    case "reset":
      response.socket?.resetAndDestroy();
      return;
    case "reset-body":
      response.writeHead(200, { ...JSON_TYPE, "content-length": Buffer.byteLength(completion()) });
      response.write(first, () => response.socket?.resetAndDestroy());
      return;
    case "slow":
      response.writeHead(200, JSON_TYPE).write(first);
      await pause(fault.delayMs ?? 200, undefined, { signal }).catch(() => undefined);
      response.end(second);
      return;
    case "truncated":
      return sendOk(first);
    case "html":
      response.writeHead(200, { "content-type": "text/html" }).end(HTML);
      return;
    case "error-200":
      return sendOk(errorBody(500, "scripted fault: an error told with status 200"));
    case "no-choices":
      return sendOk(JSON.stringify({ ...chatCompletion(model, result), choices: [] }));
    case "wrong-schema":
      return sendOk(completion({ text: '{"answer": 42, "instructions": "none"}' }));
    case "unparsable":
      return sendOk(completion({ text: "I'm sorry, I cannot help with [that {request." }));
    case "length":
      return sendOk(completion({ text: halves(result.text)[0], finishReason: "length" }));
    case "whitespace": {
      const text = `{"instructions": [${" ".repeat(fault.bytes ?? 100_000)}`;
      return sendOk(completion({ text, finishReason: "length" }));
    }
    case "endless":
      return sendEndless(response, fault.bytes ?? 64 * 2 ** 20, signal);
    case "status":
      return sendStatus(response, fault);
  }
}
