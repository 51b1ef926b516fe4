import { createHash } from "node:crypto";
import type {
  GenerateOptions,
  GenerateResult,
  PromptPart,
  VlmBackendV1,
  VlmSupports,
} from "@megapairs/spec";
import { testPicture } from "../pictures/test-picture.ts";

/** Says `text` in the body of the subject's own wire format. */
export type WireAnswer = (text: string, finishReason: "stop" | "length") => unknown;

/** What the VLM kit needs from the implementation under test. */
export interface VlmConformanceSubject {
  /**
   * Makes a backend whose only way out is `fetch`. Called once or more for every test. A backend
   * that sends nothing ignores it.
   */
  readonly create: (options: {
    readonly fetch: typeof fetch;
  }) => VlmBackendV1 | Promise<VlmBackendV1>;
  /** What it must report as `supports`. Decides which tests there are, so that none is skipped by accident. */
  readonly supports: VlmSupports;
  /**
   * The response body, JSON, with which this backend's server says `text`. Left out for a backend
   * that sends nothing: the tests of the wire are then not registered.
   */
  readonly answer?: WireAnswer | undefined;
}

/** What the tests of the VLM kit share. */
export interface VlmTestBed {
  readonly supports: VlmSupports;
  /** A call with as many images as the backend takes, at most two, and every other option left out. */
  readonly call: GenerateOptions;
  /** Makes a backend, runs the test, disposes it. Without `send`, a server that answers everything. */
  readonly withBackend: <T>(
    use: (backend: VlmBackendV1) => Promise<T>,
    send?: typeof fetch,
  ) => Promise<T>;
  /** One call against a server that gives this response. */
  readonly ask: (
    respond: () => Response | Promise<Response>,
    options?: Partial<GenerateOptions>,
  ) => Promise<GenerateResult>;
}

const noServer: typeof fetch = async () => {
  throw new TypeError("this backend declared no wire answer, so it has nothing to fetch");
};

/** A prompt of `images` different pictures followed by one text. */
export function promptOf(images: number, text = "How do these pictures differ?"): PromptPart[] {
  const pictures = Array.from({ length: images }, (_, variant): PromptPart => {
    return { type: "image", image: testPicture({ variant }).bytes };
  });
  return [...pictures, { type: "text", text }];
}

/** A `fetch` before a server that answers with a digest of the request: equal calls, equal text. */
function echoServer(answer: WireAnswer): typeof fetch {
  return async (input, init) => {
    const body = await new Request(input, init).text();
    return Response.json(answer(createHash("sha256").update(body).digest("hex"), "stop"));
  };
}

/** Makes what the tests of the VLM kit share. */
export function createVlmTestBed({ create, supports, answer }: VlmConformanceSubject): VlmTestBed {
  const standard = answer === undefined ? noServer : echoServer(answer);
  const call: GenerateOptions = {
    prompt: promptOf(Math.min(2, supports.maxImages)),
    maxOutputTokens: 200,
    temperature: 0,
  };
  const withBackend: VlmTestBed["withBackend"] = async (use, send = standard) => {
    const backend = await create({ fetch: send });
    try {
      return await use(backend);
    } finally {
      await backend.dispose?.();
    }
  };
  return {
    supports,
    call,
    withBackend,
    ask: (respond, options) =>
      withBackend(
        (backend) => backend.doGenerate({ ...call, ...options }),
        async () => respond(),
      ),
  };
}
