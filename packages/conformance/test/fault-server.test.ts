import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { faultSchedule, parseFault, startFaultServer, testPicture } from "@megapairs/conformance";
import type { Fault, FaultServer } from "@megapairs/conformance";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

const image = testPicture().bytes;
const imageUrl = `data:image/png;base64,${Buffer.from(image.bytes).toString("base64")}`;

const BODY = {
  model: "conformance-model",
  messages: [
    { role: "system", content: "Compare." },
    {
      role: "user",
      content: [
        { type: "image_url", image_url: { url: imageUrl } },
        { type: "image_url", image_url: { url: imageUrl } },
        { type: "text", text: "How do they differ?" },
      ],
    },
  ],
  max_tokens: 200,
};

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
beforeEach(() => server.setBehaviour(() => ({ type: "answer" })));
afterAll(() => server.close());

async function complete(body: object = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${server.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...BODY, ...body }),
    ...(signal === undefined ? {} : { signal }),
  });
}

interface Choice {
  readonly message: { readonly content: string };
  readonly finish_reason: string;
}

async function choiceOf(response: Response): Promise<Choice> {
  const { choices } = JSON.parse(await response.text());
  return choices[0];
}

async function textOf(response: Response): Promise<string> {
  return (await choiceOf(response)).message.content;
}

describe("startFaultServer", () => {
  it("answers as the conformance model and records the request", async () => {
    const response = await complete();
    expect(await textOf(response)).toMatch(/^Both images .* whereas the Target Image .*\.$/);
    const recorded = server.requests.at(-1);
    expect(recorded).toMatchObject({ method: "POST", path: "/v1/chat/completions", body: BODY });
    expect(recorded?.headers["content-type"]).toBe("application/json");
  });

  it("obeys max_tokens, max_completion_tokens and response_format", async () => {
    const choice = await choiceOf(await complete({ max_tokens: 4 }));
    expect(choice).toMatchObject({ finish_reason: "length" });
    expect(choice.message.content.split(" ")).toHaveLength(4);
    const short = await textOf(await complete({ max_tokens: null, max_completion_tokens: 2 }));
    expect(short.split(" ")).toHaveLength(2);
    const schema = { type: "object", properties: { instructions: { type: "array" } } };
    const json_schema = { name: "answer", schema };
    const json = await textOf(
      await complete({ response_format: { type: "json_schema", json_schema } }),
    );
    expect(JSON.parse(json).instructions).toHaveLength(3);
  });

  it("refuses unknown models, paths and too many images as vLLM does", async () => {
    expect((await complete({ model: "gpt" })).status).toBe(404);
    expect((await fetch(`${server.url}/v2`)).status).toBe(404);
    const [, user] = BODY.messages;
    const response = await complete({ messages: [user, user, user, user, user] });
    expect(response.status).toBe(400);
    const message = "10 images in one prompt; conformance-model takes at most 8.";
    expect(await response.json()).toMatchObject({ error: { message } });
  });

  it("keeps only the latest requests where told to", async () => {
    const forgetful = await startFaultServer({ maxRecorded: 1 });
    for (const path of ["/a", "/health"]) await fetch(`${forgetful.url}${path}`);
    expect(forgetful.requests.map(({ path }) => path)).toEqual(["/health"]);
    await forgetful.close();
  });

  it("lists its model and its health", async () => {
    const models = await (await fetch(`${server.url}/v1/models`)).json();
    expect(models).toMatchObject({ data: [{ id: "conformance-model" }] });
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  it("answers bodies that are no chat completion without falling over", async () => {
    const send = (body: string): Promise<Response> =>
      fetch(`${server.url}/v1/chat/completions`, { method: "POST", body });
    for (const body of ["", "{", "null", "[]", '{"messages":7}']) {
      expect((await send(body)).status).toBe(404);
    }
    expect(
      (await send('{"model":"conformance-model","messages":[null,7,{"content":[3]}]}')).ok,
    ).toBe(true);
  });
});

describe("faults", () => {
  const faulty = (fault: Fault): Promise<Response> => {
    server.setBehaviour(() => fault);
    return complete();
  };

  it("resets before the answer and within it", async () => {
    await expect(faulty({ type: "reset" })).rejects.toThrow("fetch failed");
    const response = await faulty({ type: "reset-body" });
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow("terminated");
  });

  it("hangs until the client hangs up", async () => {
    server.setBehaviour(() => ({ type: "hang" }));
    const seen = server.requests.length;
    const controller = new AbortController();
    const call = complete({}, controller.signal);
    await expect.poll(() => server.requests.length).toBe(seen + 1);
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });

  it("sends bodies that are not an answer", async () => {
    await expect((await faulty({ type: "truncated" })).json()).rejects.toThrow(SyntaxError);
    expect((await faulty({ type: "html" })).headers.get("content-type")).toBe("text/html");
    expect(await (await faulty({ type: "error-200" })).json()).toHaveProperty("error.message");
    expect(await (await faulty({ type: "no-choices" })).json()).toMatchObject({ choices: [] });
  });

  it("sends answers that are of no use", async () => {
    expect(JSON.parse(await textOf(await faulty({ type: "wrong-schema" })))).toHaveProperty(
      "answer",
    );
    expect(await textOf(await faulty({ type: "unparsable" }))).toContain("sorry");
    const cut = await choiceOf(await faulty({ type: "length" }));
    expect(cut.finish_reason).toBe("length");
    expect(await textOf(await faulty({ type: "whitespace", bytes: 5000 }))).toMatch(/ {5000}$/);
    expect(await textOf(await faulty({ type: "slow", delayMs: 1 }))).toMatch(/^Both images/);
  });

  it("sends endless white space up to its cap", async () => {
    const body = await (await faulty({ type: "endless", bytes: 300_000 })).text();
    expect(body.trim()).toBe("");
    expect(body.length).toBeGreaterThanOrEqual(300_000);
  });

  it("sends statuses with bodies of several styles", async () => {
    const busy = await faulty({ type: "status", status: 429, retryAfter: "3" });
    expect([busy.status, busy.headers.get("retry-after")]).toEqual([429, "3"]);
    expect(await busy.json()).toMatchObject({ error: { code: 429 } });
    const flat = await faulty({ type: "status", status: 400, style: "flat" });
    expect(await flat.json()).toMatchObject({ object: "error", code: 400 });
    const detail = await faulty({ type: "status", status: 422, style: "detail" });
    expect(await detail.json()).toHaveProperty("detail");
    const text = await faulty({ type: "status", status: 500, style: "text" });
    expect(await text.text()).toContain("HTTP 500");
  });
});

describe("parseFault", () => {
  it("reads names and statuses", () => {
    expect(parseFault("reset-body")).toEqual({ type: "reset-body" });
    expect(parseFault("429:2")).toMatchObject({ type: "status", status: 429, retryAfter: "2" });
    expect(parseFault("flat-400")).toMatchObject({ status: 400, style: "flat" });
    expect(() => parseFault("oops")).toThrow('fault "oops"; expected hang, reset');
  });
});

describe("faultSchedule", () => {
  it("fails every k-th completion with the faults in turn", () => {
    const behaviour = faultSchedule({ faults: [{ type: "reset" }, { type: "html" }], every: 3 });
    const request = { method: "POST", path: "/", headers: {}, body: undefined };
    const types = Array.from({ length: 9 }, (_, index) => behaviour(request, index).type);
    const a = "answer";
    expect(types).toEqual([a, a, "reset", a, a, "html", a, a, "reset"]);
  });

  it("refuses a period below 1", () => {
    expect(() => faultSchedule({ faults: [], every: 0 })).toThrow("every is 0");
  });
});

describe("fault-server-main", () => {
  it("prints its URL, serves with its schedule, and ends on SIGTERM", async () => {
    const main = fileURLToPath(new URL("../src/fault-server-main.ts", import.meta.url));
    const flags = ["--faults", "503,html", "--every", "2"];
    const child = spawn(process.execPath, ["--conditions=@megapairs/source", main, ...flags], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exited = once(child, "exit");
    try {
      const [url] = await once(createInterface(child.stdout), "line");
      const statuses: number[] = [];
      for (let index = 0; index < 2; index++) {
        const response = await fetch(`${url}/v1/chat/completions`, {
          method: "POST",
          body: JSON.stringify(BODY),
        });
        statuses.push(response.status);
        await response.text();
      }
      expect(statuses).toEqual([200, 503]);
    } finally {
      child.kill("SIGTERM");
    }
    expect((await exited)[0]).toBe(0);
  });
});
