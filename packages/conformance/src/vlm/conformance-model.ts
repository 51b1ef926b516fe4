import { createHash } from "node:crypto";
import type { GenerateOptions } from "@megapairs/spec";
import vocabulary from "./conformance-vocabulary.json" with { type: "json" };
import { exampleOfSchema } from "./example-of-schema.ts";

/** Picks an entry of a word list. The same call of the same request picks the same entry. */
type Pick = (from: readonly string[]) => string;

const TARGET_PART = /whereas the Target Image ([^.\n]+)/g;

function digestOf(options: GenerateOptions): Buffer {
  const hash = createHash("sha256").update(String(options.seed ?? 0));
  for (const part of options.prompt) {
    hash.update("\0").update(part.type === "text" ? part.text : part.image.bytes);
  }
  return hash.digest();
}

function createPick(digest: Buffer): Pick {
  let calls = 0;
  return (from) => {
    const hash = createHash("sha256").update(digest).update(String(calls++)).digest();
    return from[hash.readUInt32BE(0) % from.length] ?? "";
  };
}

function object(pick: Pick): string {
  return `${pick(vocabulary.colours)} ${pick(vocabulary.things)} ${pick(vocabulary.places)}`;
}

function describe(pick: Pick): string {
  const common = `show ${pick(vocabulary.scenes)} ${pick(vocabulary.styles)}`;
  const [source, target] = [object(pick), object(pick)];
  return `Both images ${common}. However, the Source Image has a ${source}, whereas the Target Image has a ${target}.`;
}

function instruct(pick: Pick, described: string | undefined): string[] {
  const wanted = described ?? `has a ${object(pick)}`;
  return [
    `Find the same scene, but where it ${wanted}.`,
    `Is there a similar picture that ${wanted}?`,
    `An image of this place that ${wanted}, with a ${object(pick)}.`,
  ];
}

/**
 * What the conformance model says: a small stand-in for both stages of annotation.
 *
 * - A prompt with images and no JSON Schema gets a description in the fixed form of stage 1,
 *   `Both images …. However, the Source Image …, whereas the Target Image ….`
 * - A prompt with a schema gets JSON that fits it; its strings are retrieval instructions.
 * - Other prompts get `{"instructions": ["…", "…", "…"]}`.
 *
 * Instructions take up the last such description in the prompt, where there is one. The answer
 * depends on texts, image bytes and seed alone, so different pairs get different answers.
 */
export function answerAsConformanceModel(options: GenerateOptions): string {
  const pick = createPick(digestOf(options));
  const images = options.prompt.some((part) => part.type === "image");
  if (images && options.jsonSchema === undefined) return describe(pick);
  const text = options.prompt.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  const instructions = instruct(pick, [...text.matchAll(TARGET_PART)].at(-1)?.[1]);
  if (options.jsonSchema === undefined) return JSON.stringify({ instructions });
  let next = 0;
  const sentence = (): string => instructions[next++] ?? `Look for a ${object(pick)} (${next}).`;
  return JSON.stringify(exampleOfSchema(options.jsonSchema, sentence));
}
