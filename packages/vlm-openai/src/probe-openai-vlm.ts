import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, GenerateResult, PromptPart, VlmSupports } from "@megapairs/spec";
import { z } from "zod";
import { callError } from "./call-error.ts";
import { createOpenAIClient } from "./openai-client.ts";
import { createOpenAIVlm } from "./openai-vlm.ts";
import type { OpenAIVlmSettings } from "./openai-vlm.ts";
import images from "./probe-images.json" with { type: "json" };
import { withDeadline } from "./with-deadline.ts";

/** What a server was seen to do: plain JSON, to be kept with a run. */
export interface OpenAIVlmProbe {
  /** Model ids the server lists; null where it lists none. */
  readonly models: readonly string[] | null;
  /** Longest prompt and answer together, in tokens; null where the server does not say (only vLLM does). */
  readonly contextTokens: number | null;
  /** `seen`: named the colour of each of two images. `accepted`: answered, but not so. */
  readonly images: "seen" | "accepted" | "refused";
  /** Answered in JSON of a schema that the prompt does not mention. */
  readonly jsonSchema: boolean;
  /** Stopped at the asked-for number of tokens, and said so. */
  readonly maxOutputTokens: boolean;
  /** Repeated itself at temperature 1 with the same seed. */
  readonly seed: boolean;
  /** Refused a model that does not exist: a misspelt name would be noticed. */
  readonly refusesUnknownModels: boolean;
  /** What to give `createOpenAIVlm` as `supports`. */
  readonly supports: VlmSupports;
  /** By check that failed: what the server said. */
  readonly notes: Readonly<Record<string, string>>;
}

const modelList = z.object({
  data: z.array(z.object({ id: z.string(), max_model_len: z.number().nullish().catch(null) })),
});

const ANSWER = z.strictObject({ sides: z.int() });
const SCHEMA = {
  type: "object",
  properties: { sides: { type: "integer" } },
  required: ["sides"],
  additionalProperties: false,
};

function picture(base64: string): PromptPart {
  const bytes = new Uint8Array(Buffer.from(base64, "base64"));
  return { type: "image", image: { type: "bytes", bytes, mediaType: "image/png" } };
}

function ask(text: string, options: Partial<GenerateOptions> = {}): GenerateOptions {
  const prompt: PromptPart[] = [{ type: "text", text }];
  return { prompt, maxOutputTokens: 64, temperature: 0, ...options };
}

/** Undefined where the text is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lists the models of a server. Rejects as `createOpenAIVlm` does. */
async function listModels(settings: OpenAIVlmSettings): Promise<z.infer<typeof modelList>["data"]> {
  const { client, host, excerpt, close } = createOpenAIClient(settings);
  try {
    const deadline = { signal: undefined, timeoutMs: settings.timeoutMs ?? 60_000 };
    const text = await withDeadline(deadline, async (signal) =>
      (await client.get("/models", { signal }).asResponse()).text(),
    );
    const parsed = modelList.safeParse(parseJson(text));
    if (parsed.success) return parsed.data.data;
    throw new MegaPairsError("invalid-output", `no list of models: ${excerpt(text)}`);
  } catch (error) {
    throw callError(error, { host, excerpt });
  } finally {
    await close();
  }
}

/**
 * Tries what a server does with the settings of a backend: about eight short calls, one after
 * the other. `supports` of the settings is not looked at. Does not reject where the server fails
 * a check; rejects with `invalid-argument` on bad settings, and with `unavailable` where nothing
 * answers at all.
 */
export async function probeOpenAIVlm(settings: OpenAIVlmSettings): Promise<OpenAIVlmProbe> {
  const supports = { maxImages: 2, jsonSchema: true, seed: true };
  const vlm = createOpenAIVlm({ ...settings, supports });
  const stranger = createOpenAIVlm({
    ...settings,
    model: `${settings.model}-that-is-not`,
    supports,
  });
  const notes: Record<string, string> = {};
  let answers = 0;

  async function attempt<T>(check: string, call: () => Promise<T>): Promise<T | undefined> {
    try {
      const result = await call();
      answers += 1;
      return result;
    } catch (error) {
      if (!MegaPairsError.isInstance(error)) throw error;
      if (error.code !== "unavailable" || "status" in error.details) answers += 1;
      notes[check] = error.message;
      return undefined;
    }
  }

  /** Passes where the answer is as expected; notes what was said where not. */
  async function expecting(
    check: string,
    options: GenerateOptions,
    isExpected: (result: GenerateResult) => boolean,
  ): Promise<"passed" | "answered" | "failed"> {
    const result = await attempt(check, () => vlm.doGenerate(options));
    if (result === undefined) return "failed";
    if (isExpected(result)) return "passed";
    notes[check] = `answered ${JSON.stringify(result.text.slice(0, 200))} (${result.finishReason})`;
    return "answered";
  }

  try {
    const models = await attempt("models", () => listModels(settings));
    const colours = ask("Name the colour of the first image, then of the second. Two words only.");
    const twoImages = [picture(images.red), picture(images.blue), ...colours.prompt];
    const seen = await expecting("images", { ...colours, prompt: twoImages }, ({ text }) =>
      /red[^]*blue/i.test(text),
    );
    const schema = await expecting(
      "jsonSchema",
      ask("How many sides does a triangle have?", { jsonSchema: SCHEMA }),
      ({ text }) => ANSWER.safeParse(parseJson(text)).success,
    );
    const limit = await expecting(
      "maxOutputTokens",
      ask("Count from one to fifty, in words.", { maxOutputTokens: 4 }),
      ({ finishReason, usage }) => finishReason === "length" && (usage.output ?? 0) <= 4,
    );
    const story = ask("Tell a story of one sentence.", { temperature: 1, seed: 7 });
    const told = await attempt("seed", () => vlm.doGenerate(story));
    const seed = await expecting("seed", story, ({ text }) => text === told?.text);
    const answered = await stranger.doGenerate(ask("Hello?")).then(
      () => true,
      (error: unknown) => !MegaPairsError.isInstance(error) || error.code !== "rejected",
    );
    if (answers === 0) {
      throw new MegaPairsError("unavailable", notes["models"] ?? "no answer to any call");
    }
    const refused = seen === "failed";
    return {
      models: models?.map(({ id }) => id) ?? null,
      contextTokens: models?.find(({ id }) => id === settings.model)?.max_model_len ?? null,
      images: refused ? "refused" : seen === "passed" ? "seen" : "accepted",
      jsonSchema: schema === "passed",
      maxOutputTokens: limit === "passed",
      seed: seed === "passed",
      refusesUnknownModels: !answered,
      supports: {
        maxImages: refused ? 0 : 2,
        jsonSchema: schema === "passed",
        seed: seed === "passed",
      },
      notes,
    };
  } finally {
    await Promise.all([vlm.dispose?.(), stranger.dispose?.()]);
  }
}
