import { isRecord } from "../is-record.ts";
import fields from "./caption-fields.json" with { type: "json" };
import type { TextLine } from "./line-splitter.ts";

/** What a line of a label file or JSON Lines corpus says, or why it says nothing. */
export type CaptionLine =
  | { readonly path: string; readonly caption: string | undefined; readonly problem?: undefined }
  | { readonly problem: string };

/** Reads a line that names an image and perhaps its caption. Other fields are left alone. */
export function parseCaptionLine(line: TextLine, classAsCaption: boolean): CaptionLine {
  if (line.text === undefined) return { problem: line.problem ?? "cannot be read" };
  const value = parseJson(line.text);
  if (!isRecord(value)) return { problem: "is not a JSON object" };
  const path = firstText(value, fields.path);
  if (path === undefined) return { problem: `has none of the fields ${fields.path.join(", ")}` };
  return { path, caption: captionOf(value, classAsCaption) };
}

/**
 * The caption in the JSON object next to an image; undefined where it has none. A text that is no
 * JSON object gives `null`.
 */
export function parseCaptionObject(
  text: string,
  classAsCaption: boolean,
): string | undefined | null {
  const value = parseJson(text);
  return isRecord(value) ? captionOf(value, classAsCaption) : null;
}

function captionOf(
  value: Readonly<Record<string, unknown>>,
  classAsCaption: boolean,
): string | undefined {
  return firstText(value, classAsCaption ? [...fields.caption, ...fields.class] : fields.caption);
}

function firstText(
  value: Readonly<Record<string, unknown>>,
  names: readonly string[],
): string | undefined {
  for (const name of names) {
    const text = Object.hasOwn(value, name) ? value[name] : undefined;
    if (typeof text === "string" && text.trim() !== "") return wellFormed(text.trim());
  }
  return undefined;
}

function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\u{FFFD}");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
