import { MegaPairsError } from "@megapairs/spec";
import { plainText } from "./plain-text.ts";

/** A description taken apart. */
export interface ParsedDescription {
  /** The description alone, as one line, in the words of the answer. */
  readonly text: string;
  /** What both images show. */
  readonly common: string;
  /** How the source image differs. */
  readonly source: string;
  /** How the target image differs. */
  readonly target: string;
}

const IMAGE = "(?:image|picture|photo|photograph)";

const BOTH = `Both\\s+(?:of\\s+)?(?:the\\s+|these\\s+)?${IMAGE}s\\b(?!\\s*[:.])`;
const BOTH_ANCHORS = [new RegExp(`(?<=^|[.:;!?"'(\\n]\\s?)${BOTH}`), new RegExp(`\\b${BOTH}`, "i")];

const SOURCE_ANCHORS = imageAnchors("source", "however|but|yet|in contrast|that said");
const TARGET_ANCHORS = imageAnchors(
  "target",
  "whereas|while|whilst|but|however|and|in contrast|by contrast|conversely|on the other hand",
);

const PLACEHOLDER = /[‹›]|[[<](?:common|differen|what both|how it)/i;

/**
 * Finds the fixed form of stage 1 in an answer: *Both images …. However, the Source Image …,
 * whereas the Target Image ….* (paper §3.2).
 *
 * Lenient about what surrounds and decorates it: preambles, Markdown, quotation marks, line breaks,
 * a JSON wrapper, remarks in a later paragraph, word counts, other connecting words. `invalid-output`
 * where a part is missing, empty or a placeholder, where both images are told alike, and over 8,000
 * characters.
 */
export function parseDescription(answer: string): ParsedDescription {
  const text = oneLineParagraphs(plainText(answer));
  const both = find(text, 0, BOTH_ANCHORS, "Both images …");
  const source = find(text, both.end, SOURCE_ANCHORS, "However, the Source Image …");
  const target = find(text, source.end, TARGET_ANCHORS, "whereas the Target Image …");
  const closing = withoutTail(text.slice(target.end));

  const parts = {
    common: part("common points", text.slice(both.end, source.start)),
    source: part("Source Image", text.slice(source.end, target.start)),
    target: part("Target Image", closing),
  };
  if (parts.source.toLowerCase() === parts.target.toLowerCase()) {
    throw new MegaPairsError(
      "invalid-output",
      "the Source Image and the Target Image are described alike, expected a difference",
    );
  }
  const whole = `${text.slice(both.start, target.end)}${closing}`.replaceAll(/\s+/g, " ").trim();
  return { text: /[.!?]$/.test(whole) ? whole : `${whole}.`, ...parts };
}

interface Anchor {
  readonly start: number;
  readonly end: number;
}

function imageAnchors(which: string, connectors: string): readonly RegExp[] {
  const image = `(?:(?:in|for|on)\\s+)?(?:the\\s+)?${which}\\s+${IMAGE}\\b(?:'s)?[,:]?\\s*`;
  return [new RegExp(`\\b(?:${connectors})[,:]?\\s+${image}`, "i"), new RegExp(`\\b${image}`, "i")];
}

function find(text: string, from: number, anchors: readonly RegExp[], wanted: string): Anchor {
  const rest = text.slice(from);
  for (const anchor of anchors) {
    const match = anchor.exec(rest);
    if (match !== null) {
      const start = from + match.index;
      return { start, end: start + match[0].length };
    }
  }
  throw new MegaPairsError("invalid-output", `description lacks "${wanted}"`);
}

/** One line break between paragraphs, none inside them; no Markdown, plain quotation marks. */
function oneLineParagraphs(text: string): string {
  return text
    .replaceAll(/^[ \t]*```.*$/gm, "")
    .replaceAll(/^[ \t]*(?:#{1,6}|>|[-•–]|\d{1,2}[.)])[ \t]+/gm, "")
    .replaceAll(/\*+|`+|__/g, "")
    .replaceAll(/[‘’]/g, "'")
    .replaceAll(/[“”]/g, '"')
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, " ").trim())
    .filter((paragraph) => paragraph !== "")
    .join("\n");
}

function withoutTail(text: string): string {
  const [paragraph = ""] = text.split("\n");
  const plain = paragraph
    .replace(/\s*[([]?\bword count:? ?\d+[)\]]?\.?$/i, "")
    .replace(/\s*[([]\d+ words[)\]]\.?$/i, "")
    .replace(/["'\s]*[}\]]+$/, "")
    .trim();
  const quotes = plain.split('"').length - 1;
  return quotes % 2 === 1 && plain.endsWith('"') ? plain.slice(0, -1) : plain;
}

function part(name: string, text: string): string {
  const plain = text
    .replaceAll(/\s+/g, " ")
    .replace(/[\s,.;:]*(?:\b(?:however|but|and|while|whereas|yet)[\s,:]*)?$/i, "")
    .replace(/^[\s,.;:]+/, "");
  if (!/\p{L}/u.test(plain)) {
    throw new MegaPairsError("invalid-output", `description says nothing under "${name}"`);
  }
  if (PLACEHOLDER.test(plain)) {
    throw new MegaPairsError("invalid-output", `description leaves a placeholder under "${name}"`);
  }
  return plain;
}
