import { createHash } from "node:crypto";
import { MegaPairsError } from "@megapairs/spec";
import type {
  EncodeOptions,
  EncodeResult,
  EncoderInput,
  EncoderV1,
  ImageSource,
} from "@megapairs/spec";
import { decodePng } from "../pictures/decode-png.ts";

/** Settings of {@link createFakeEncoder}. */
export interface FakeEncoderSettings {
  /** Length of one embedding. 8 by default. */
  readonly dimensions?: number | undefined;
  /** Accepted input kinds. All three by default. */
  readonly inputs?: readonly EncoderInput["type"][] | undefined;
  /** Most inputs in one call. 64 by default. */
  readonly maxBatch?: number | undefined;
  /** `fake/hash` by default. Encoders of different ids give unrelated embeddings. */
  readonly modelId?: string | undefined;
}

function sha256(...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
}

function pictureKey(image: ImageSource): string {
  const { data, width, height } = image.type === "pixels" ? image : decodePng(image.bytes);
  return sha256(`${width}x${height}`, data);
}

function inputKey(input: EncoderInput): string {
  if (input.type === "text") return sha256("text", input.text);
  const picture = pictureKey(input.image);
  return input.type === "image"
    ? sha256("image", picture)
    : sha256("composed", picture, input.text);
}

function unitVector(key: string, dimensions: number): Float32Array {
  const values = Array.from(
    { length: dimensions },
    (_, column) => Number.parseInt(sha256(key, String(column)).slice(0, 12), 16) / 2 ** 47 - 1,
  );
  const norm = Math.hypot(...values);
  return Float32Array.from(values, (value) => value / norm);
}

/**
 * An encoder without a model: every input is hashed onto the unit sphere.
 *
 * A picture counts by its pixels, so a PNG and its decoded pixels give the same row; picture files
 * must be 8-bit RGB or RGBA PNGs, as `testPicture` makes them. Equal inputs have cosine 1,
 * unequal ones a cosine that means nothing.
 */
export function createFakeEncoder(settings: FakeEncoderSettings = {}): EncoderV1 {
  const { dimensions = 8, maxBatch = 64, modelId = "fake/hash" } = settings;
  const supported = settings.inputs ?? ["text", "image", "composed"];
  const fingerprint = sha256(modelId, String(dimensions));

  return {
    specificationVersion: "encoder-v1",
    modelId,
    fingerprint,
    dimensions,
    supports: { inputs: supported, maxBatch },

    async doEncode({ inputs, signal }: EncodeOptions): Promise<EncodeResult> {
      signal?.throwIfAborted();
      if (inputs.length === 0 || inputs.length > maxBatch) {
        throw new MegaPairsError(
          "invalid-argument",
          `${inputs.length} inputs in one call; expected 1 to ${maxBatch}.`,
        );
      }
      const embeddings = new Float32Array(inputs.length * dimensions);
      for (const [row, input] of inputs.entries()) {
        if (!supported.includes(input.type)) {
          throw new MegaPairsError(
            "unsupported",
            `${modelId} cannot encode ${input.type}; it encodes ${supported.join(", ")}.`,
          );
        }
        embeddings.set(unitVector(fingerprint + inputKey(input), dimensions), row * dimensions);
      }
      return { embeddings };
    },

    async dispose(): Promise<void> {},
  };
}
