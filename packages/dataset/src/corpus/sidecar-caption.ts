import { MAX_CAPTION_BYTES } from "./corpus-settings.ts";
import { parseCaptionObject } from "./caption-line.ts";

/** The caption in a file next to an image, or why there is none. */
export interface SidecarCaption {
  readonly caption?: string | undefined;
  readonly problem?: string | undefined;
}

/** Reads `x.txt`, `x.caption` or `x.json`: plain text, or an object with a caption. */
export function sidecarCaption(
  name: string,
  bytes: Uint8Array,
  classAsCaption: boolean,
): SidecarCaption {
  if (bytes.byteLength > MAX_CAPTION_BYTES) {
    return {
      problem: `its caption file ${name} has ${bytes.byteLength} bytes, expected at most ${MAX_CAPTION_BYTES}`,
    };
  }
  const text = new TextDecoder().decode(bytes).trim();
  if (!name.toLowerCase().endsWith(".json")) return { caption: text === "" ? undefined : text };
  const caption = parseCaptionObject(text, classAsCaption);
  if (caption === null) return { problem: `its caption file ${name} is not a JSON object` };
  return { caption };
}
