import { MegaPairsError } from "@megapairs/spec";
import type { InstructionCount } from "./instructions-json-schema.ts";
import { plainText } from "./plain-text.ts";
import { readStringList } from "./read-string-list.ts";

const LONGEST_INSTRUCTION = 300;
const MOST_BRACKETS = 64;

/**
 * Finds the instructions in an answer of stage 2.
 *
 * Accepts, and takes the first that gives enough: a JSON object `{"instructions": […]}`, a bare
 * array, either of them in a code fence or inside chatter, a Python-style list, and as a last resort
 * a numbered or bulleted list. Trims each text, takes numbering, style labels and quotation marks
 * off, drops empty texts, texts over 300 characters, and repetitions (compared without case and
 * punctuation), and keeps the first `maximum` (5 by default).
 *
 * `invalid-output` with fewer than `minimum` (3 by default, as in paper §3.2), and over 8,000
 * characters.
 */
export function parseInstructions(
  answer: string,
  { minimum = 3, maximum = 5 }: Partial<InstructionCount> = {},
): readonly string[] {
  let most = 0;
  for (const found of lists(plainText(answer))) {
    const texts = distinct(found);
    if (texts.length >= minimum) return texts.slice(0, maximum);
    most = Math.max(most, texts.length);
  }
  throw new MegaPairsError(
    "invalid-output",
    `found ${most} distinct instructions, expected at least ${minimum}`,
  );
}

function* lists(text: string): Generator<readonly string[]> {
  let brackets = 0;
  for (const { 0: bracket, index } of text.matchAll(/[[{]/g)) {
    brackets += 1;
    if (brackets > MOST_BRACKETS) break;
    const json = readJson(text, index);
    if (json !== undefined) yield stringsOf(json);
    else if (bracket === "[") yield readStringList(text, index) ?? [];
  }
  yield Array.from(text.matchAll(/^\s*(?:\(?\d{1,2}[.):]+|[-*•–])\s+(\S.*)$/gm), (line) =>
    (line[1] ?? "").trim(),
  );
}

function readJson(text: string, start: number): unknown {
  const end = closingBracket(text, start);
  if (end === -1) return undefined;
  try {
    return JSON.parse(text.slice(start, end + 1)) as unknown;
  } catch {
    return undefined;
  }
}

function closingBracket(text: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quoted) {
      if (character === "\\") at += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function stringsOf(json: unknown): readonly string[] {
  if (typeof json !== "object" || json === null) return [];
  const values: readonly unknown[] = Object.values(json);
  const named = "instructions" in json ? json.instructions : undefined;
  const list = Array.isArray(named) ? named : (values.find(Array.isArray) ?? values);
  return (Array.isArray(json) ? values : (list as readonly unknown[])).flatMap(textOf);
}

function textOf(item: unknown): readonly string[] {
  if (typeof item === "string") return [item];
  if (typeof item !== "object" || item === null || Array.isArray(item)) return [];
  return Object.values(item)
    .filter((value): value is string => typeof value === "string")
    .slice(0, 1);
}

function distinct(texts: readonly string[]): readonly string[] {
  const kept = new Map<string, string>();
  for (const text of texts.map(tidy)) {
    const key = text
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, " ")
      .trim();
    const usable = /\p{L}/u.test(key) && text.length <= LONGEST_INSTRUCTION;
    if (usable && !kept.has(key)) kept.set(key, text);
  }
  return [...kept.values()];
}

function tidy(text: string): string {
  return text
    .replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, " ")
    .replaceAll(/\*\*|`/g, "")
    .trim()
    .replace(/^(?:\(?\d{1,2}[.)]+|[-*•–])\s+/, "")
    .replace(/^(?:imperative|noun phrase|question|query|instruction)(?: \d)?\s*:\s*/i, "")
    .replace(/^(["'“‘])(.*)["'”’],?$/, "$2")
    .trim();
}
