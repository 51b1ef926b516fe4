import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { MegaPairsError } from "@megapairs/spec";
import type { GenerateResult } from "@megapairs/spec";
import { collect } from "../collect.ts";
import { createFakeVlm } from "../vlm/fake-vlm.ts";
import { chatCompletion } from "./chat-completion.ts";
import { generateOptionsOf } from "./chat-request.ts";
import type { RecordedRequest } from "./chat-request.ts";
import type { Fault } from "./fault.ts";
import { errorBody, sendFault } from "./send-fault.ts";

/** A right answer. Without `text`, what the conformance model says to the request. */
export interface FaultServerAnswer {
  readonly type: "answer";
  readonly text?: string | undefined;
}

/** Decides what the `index`-th chat completion (from 0, in order of arrival) gets. */
export type FaultServerBehaviour = (
  request: RecordedRequest,
  index: number,
) => Fault | FaultServerAnswer;

/** Options of {@link startFaultServer}. */
export interface FaultServerOptions {
  /** 0, the default, lets the system choose. */
  readonly port?: number | undefined;
  /** The only model it knows; others get 404. `conformance-model` by default. */
  readonly model?: string | undefined;
  /** Most images in one prompt; more get 400, as from vLLM. 8 by default. */
  readonly maxImages?: number | undefined;
  /** Most requests kept in `requests`, the oldest dropped first. 1,000 by default: images add up. */
  readonly maxRecorded?: number | undefined;
  /** Right answers only, by default. */
  readonly behaviour?: FaultServerBehaviour | undefined;
}

/** A running server. */
export interface FaultServer {
  /** `http://127.0.0.1:<port>`: without `/v1`. */
  readonly url: string;
  readonly model: string;
  /** The latest requests, in order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Changes what chat completions get from now on, counting them from 0 again. */
  setBehaviour(behaviour: FaultServerBehaviour): void;
  /** Stops, cutting off what is in flight. */
  close(): Promise<void>;
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = await collect(request);
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return text;
  }
}

function sendJson(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { "content-type": "application/json" }).end(body);
}

/**
 * Starts a server on 127.0.0.1 that speaks OpenAI's chat completions and fails as told.
 *
 * It serves `POST /v1/chat/completions`, `GET /v1/models` and `GET /health`. Behind it is the
 * conformance model: no weights, deterministic, different for different pairs of images; words
 * count as tokens, and `max_tokens` is obeyed.
 */
export async function startFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const { model = "conformance-model", maxImages = 8, maxRecorded = 1000 } = options;
  const requests: RecordedRequest[] = [];
  let behaviour: FaultServerBehaviour = options.behaviour ?? (() => ({ type: "answer" }));
  let completions = 0;

  async function complete(recorded: RecordedRequest, response: ServerResponse): Promise<void> {
    const reply = behaviour(recorded, completions++);
    const { body } = recorded;
    const asked =
      typeof body === "object" && body !== null && "model" in body ? body.model : undefined;
    if (asked !== model) {
      return sendJson(
        response,
        404,
        errorBody(404, `The model "${String(asked)}" does not exist.`),
      );
    }
    const text = reply.type === "answer" ? reply.text : undefined;
    const backend = createFakeVlm({
      modelId: model,
      supports: { maxImages },
      ...(text === undefined ? {} : { answer: () => text }),
    });
    let result: GenerateResult;
    try {
      result = await backend.doGenerate(generateOptionsOf(body));
    } catch (error) {
      if (!MegaPairsError.isInstance(error)) throw error;
      return sendJson(response, 400, errorBody(400, error.message));
    }
    if (reply.type === "answer") {
      return sendJson(response, 200, JSON.stringify(chatCompletion(model, result)));
    }
    const hungUp = new AbortController();
    response.once("close", () => hungUp.abort());
    return sendFault(response, reply, { model, result, signal: hungUp.signal });
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "", headers } = request;
    const recorded: RecordedRequest = { method, path, headers, body: await readBody(request) };
    requests.push(recorded);
    if (requests.length > maxRecorded) requests.shift();
    switch (`${method} ${path}`) {
      case "POST /v1/chat/completions":
        return complete(recorded, response);
      case "GET /v1/models": {
        const data = [{ id: model, object: "model", owned_by: "conformance", max_model_len: 8192 }];
        return sendJson(response, 200, JSON.stringify({ object: "list", data }));
      }
      case "GET /health":
        response.writeHead(200).end();
        return;
      default:
        sendJson(response, 404, errorBody(404, `${method} ${path} is not served.`));
    }
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, errorBody(500, String(error)));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);

  return {
    url: `http://127.0.0.1:${address.port}`,
    model,
    requests,
    setBehaviour(next) {
      behaviour = next;
      completions = 0;
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}
