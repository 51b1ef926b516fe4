import { MegaPairsError } from "@megapairs/spec";
import type { GenerateOptions, GenerateResult, VlmBackendV1, VlmSupports } from "@megapairs/spec";
import { answerAsConformanceModel } from "./conformance-model.ts";

/** Settings of {@link createFakeVlm}. */
export interface FakeVlmSettings {
  /**
   * Gives the text of an answer, or throws what the call shall reject with. By default the
   * conformance model: a stage-1 description of two images, instructions as JSON otherwise.
   */
  readonly answer?: ((options: GenerateOptions) => string | Promise<string>) | undefined;
  /** `fake/conformance` by default. */
  readonly modelId?: string | undefined;
  /** Two images, JSON Schema and seed by default. */
  readonly supports?: Partial<VlmSupports> | undefined;
}

const WORD = /\S+/g;

function countWords(text: string): number {
  return text.match(WORD)?.length ?? 0;
}

/**
 * A backend without a model. A word counts as one token; an answer of more than
 * `maxOutputTokens` words is cut off there, with finish reason `length`.
 */
export function createFakeVlm(settings: FakeVlmSettings = {}): VlmBackendV1 {
  const { answer = answerAsConformanceModel, modelId = "fake/conformance" } = settings;
  const supports = { maxImages: 2, jsonSchema: true, seed: true, ...settings.supports };

  return {
    specificationVersion: "vlm-v1",
    provider: "fake",
    modelId,
    supports,

    async doGenerate(options: GenerateOptions): Promise<GenerateResult> {
      options.signal?.throwIfAborted();
      const images = options.prompt.filter((part) => part.type === "image").length;
      if (images > supports.maxImages) {
        throw new MegaPairsError(
          "unsupported",
          `${images} images in one prompt; ${modelId} takes at most ${supports.maxImages}.`,
        );
      }
      const warnings: string[] = [];
      let applied = options;
      if (options.jsonSchema !== undefined && !supports.jsonSchema) {
        warnings.push("jsonSchema is not supported and was left out");
        applied = { ...applied, jsonSchema: undefined };
      }
      if (options.seed !== undefined && !supports.seed) {
        warnings.push("seed is not supported and was left out");
        applied = { ...applied, seed: undefined };
      }
      const full = await answer(applied);
      options.signal?.throwIfAborted();
      const words = [...full.matchAll(WORD)];
      const cutAt = words[options.maxOutputTokens]?.index;
      const text = cutAt === undefined ? full : full.slice(0, cutAt).trimEnd();
      const prompt = options.prompt
        .map((part) => (part.type === "text" ? part.text : ""))
        .join(" ");
      return {
        text,
        finishReason: cutAt === undefined ? "stop" : "length",
        usage: { input: countWords(prompt), output: countWords(text) },
        warnings,
      };
    },

    async dispose(): Promise<void> {},
  };
}
