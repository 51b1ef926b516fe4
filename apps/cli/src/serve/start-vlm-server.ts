import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { VlmBackendV1 } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { chatAnswer } from "./chat-answer.ts";
import { readChatRequest } from "./chat-request.ts";

/** Settings of {@link startVlmServer}. */
export interface VlmServerSettings {
  readonly backend: VlmBackendV1;
  /** What the model is called on this server. */
  readonly model: string;
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** Bytes of the largest request. Default 32 MiB. */
  readonly maxBodyBytes?: number | undefined;
}

/** A server that answers. */
export interface VlmServer {
  /** With the version, as `--vlm-url` takes it: `http://127.0.0.1:8000/v1`. */
  readonly url: string;
  /** Answers what is in work, then ends. */
  close(): Promise<void>;
}

const MAX_BODY = 32 * 1024 * 1024;
const ROUTES: Readonly<Record<string, string>> = {
  "/v1/chat/completions": "POST",
  "/v1/models": "GET",
  "/health": "GET",
};

/**
 * Serves a backend in the form of OpenAI's chat completions: `POST /v1/chat/completions`, `GET
 * /v1/models`, `GET /health`. Errors have OpenAI's form: 400 for what the request or its pictures have
 * wrong, 404 for another model or path, 405, 413 above `maxBodyBytes`, 500 for what went wrong here.
 *
 * Rejects with `invalid-argument` where the port cannot be had.
 */
export async function startVlmServer(settings: VlmServerSettings): Promise<VlmServer> {
  const { host, port } = settings;
  const server = createServer((request, response) => {
    answer(settings, request, response).catch((error: unknown) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else sendError(response, statusOf(error), messageOf(error));
    });
  });
  try {
    server.listen(port, host);
    await once(server, "listening");
  } catch (cause) {
    throw new MegaPairsError(
      "invalid-argument",
      `port ${port} of ${host} cannot be had: ${messageOf(cause)}; choose another with --port`,
      { cause },
    );
  }
  const address = server.address();
  const used = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${used}/v1`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function answer(
  { backend, model, maxBodyBytes = MAX_BODY }: VlmServerSettings,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const method = ROUTES[pathname];
  if (method === undefined) {
    throw new RequestError(404, `${pathname} is not served; ${Object.keys(ROUTES).join(", ")} are`);
  }
  if (request.method !== method) {
    throw new RequestError(
      405,
      `${pathname} takes ${method}, found ${request.method ?? "nothing"}`,
    );
  }
  if (pathname === "/health") return send(response, 200, { status: "ok" });
  if (pathname === "/v1/models") {
    const data = [{ id: model, object: "model", created: 0, owned_by: backend.provider }];
    return send(response, 200, { object: "list", data });
  }
  const asked = readChatRequest(await readBody(request, maxBodyBytes));
  if (asked.model !== model) {
    throw new RequestError(404, `the model ${asked.model} is not served, ${model} is`);
  }
  const hungUp = new AbortController();
  response.once("close", () => hungUp.abort());
  const result = await backend.doGenerate({ ...asked.options, signal: hungUp.signal });
  send(response, 200, chatAnswer(model, result));
}

/** A request that cannot be answered, with its HTTP status. */
class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.length;
    if (length > maxBytes) {
      throw new RequestError(
        413,
        `the request is larger than the ${maxBytes} bytes that are taken`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function statusOf(error: unknown): number {
  if (error instanceof RequestError) return error.status;
  const isAsked =
    MegaPairsError.isInstance(error) &&
    ["invalid-argument", "unsupported", "corrupt-data"].includes(error.code);
  return isAsked ? 400 : 500;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function sendError(response: ServerResponse, status: number, message: string): void {
  const type = status < 500 ? "invalid_request_error" : "server_error";
  // What is left of a body that is not wanted is not read.
  if (status === 413) response.setHeader("connection", "close");
  send(response, status, { error: { message, type, param: null, code: status } });
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
