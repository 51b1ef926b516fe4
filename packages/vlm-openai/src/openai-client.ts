import { MegaPairsError } from "@megapairs/spec";
import { OpenAI } from "openai";
import { createExcerpt } from "./excerpt.ts";
import { limitBody } from "./limit-body.ts";
import { createTransport } from "./transport.ts";

/** How to reach a server. */
export interface OpenAIClientSettings {
  /** Up to and including the version: `http://127.0.0.1:8000/v1`. Without user name or password. */
  readonly baseUrl: string;
  /** Sent as a bearer token. Without it no Authorization is sent, whatever the environment holds. */
  readonly apiKey?: string | undefined;
  /** Further headers of every request, for gateways. Their values are kept out of errors. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Replaces the backend's own sockets: for tests, proxies and tracing. */
  readonly fetch?: typeof fetch | undefined;
}

/** A client, with what is needed to speak of its errors. */
export interface OpenAIClient {
  readonly client: OpenAI;
  /** Host and port. */
  readonly host: string;
  readonly excerpt: (text: string) => string;
  readonly close: () => Promise<void>;
}

const MAX_ANSWER_BYTES = 16 * 2 ** 20;
const NO_TIMEOUT_MS = 2 ** 31 - 1;

function parseBaseUrl(baseUrl: string): URL {
  const url = URL.parse(baseUrl);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new MegaPairsError("invalid-argument", `baseUrl is no http(s) address.`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new MegaPairsError(
      "invalid-argument",
      `baseUrl for ${url.host} holds a user name or password; expected them in headers or apiKey.`,
    );
  }
  return url;
}

/** Refused here: from a call they would come as a lost connection, with the key in its cause. */
function checkHeaders({ apiKey, headers = {} }: OpenAIClientSettings): void {
  if (apiKey === "" || !canBeHeader("authorization", `Bearer ${apiKey}`)) {
    throw new MegaPairsError(
      "invalid-argument",
      "apiKey is empty or holds what no HTTP header can, a line break for one; expected a key or none at all.",
    );
  }
  const bad = Object.entries(headers).find(([name, value]) => !canBeHeader(name, value));
  if (bad === undefined) return;
  throw new MegaPairsError(
    "invalid-argument",
    `headers: ${JSON.stringify(bad[0])} or its value is none that HTTP can send.`,
  );
}

function canBeHeader(name: string, value: string): boolean {
  try {
    return new Headers([[name, value]]).has(name);
  } catch {
    return false;
  }
}

/** Makes an `openai` client that retries nothing, logs nothing, and waits for as long as it is told. */
export function createOpenAIClient(settings: OpenAIClientSettings): OpenAIClient {
  const { apiKey, headers = {} } = settings;
  const url = parseBaseUrl(settings.baseUrl);
  checkHeaders(settings);
  const transport = settings.fetch === undefined ? createTransport() : undefined;
  const client = new OpenAI({
    baseURL: settings.baseUrl.replace(/\/+$/, ""),
    apiKey: apiKey ?? "none",
    organization: null,
    project: null,
    defaultHeaders: { ...(apiKey === undefined ? { Authorization: null } : {}), ...headers },
    fetch: limitBody(settings.fetch ?? transport?.fetch ?? fetch, MAX_ANSWER_BYTES),
    maxRetries: 0,
    timeout: NO_TIMEOUT_MS,
    logLevel: "off",
  });
  return {
    client,
    host: url.host,
    excerpt: createExcerpt([...(apiKey === undefined ? [] : [apiKey]), ...Object.values(headers)]),
    close: async () => transport?.close(),
  };
}
