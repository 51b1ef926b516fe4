import { fileURLToPath } from "node:url";

/** A model that this package ships; `models/README.md` says what each is. */
export type ReferenceModelName = "clip" | "views";

const PATHS: Readonly<Record<ReferenceModelName, string>> = {
  clip: "../../models/clip",
  views: "../../models/views/encoder.json",
};

/**
 * Where a shipped model lies, absolute. `clip`: a folder in the Hugging Face layout, which
 * `loadOnnxEncoder` of `@megapairs/encoder-onnx` opens and `megapairs train --model` begins with.
 * `views`: a JSON file that describes an ONNX image encoder, for `loadImageOnnxEncoder`.
 */
export function referenceModelPath(name: ReferenceModelName): string {
  return fileURLToPath(new URL(PATHS[name], import.meta.url));
}
