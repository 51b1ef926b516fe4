import type { EncodeOptions, EncodeResult, EncoderV1, ImageSource } from "@megapairs/spec";
import { MegaPairsError } from "@megapairs/spec";
import { decodeImage, resizePixels } from "@megapairs/image";
import { createOnnxModel, encodeOnnxModel, fingerprintOnnxModel } from "@megapairs/onnx";
import colourStatistics from "../data/colour-statistics.json" with { type: "json" };
import patternStatistics from "../data/pattern-statistics.json" with { type: "json" };
import { checkBatch } from "./check-batch.ts";
import {
  ENCODER_SIDE,
  scenesEncoderGraph,
  type ScenesEncoderKind,
} from "./scenes-encoder-graph.ts";

/** Settings of {@link createScenesEncoder}. */
export interface ScenesEncoderSettings {
  /** `colour` stands in for relation I (459 dimensions), `pattern` for relation D (400). */
  readonly kind: ScenesEncoderKind;
  /** Threads of ONNX Runtime. Default 1: the graphs are small. */
  readonly threads?: number | undefined;
}

const MAX_BATCH = 64;
const STATISTICS = { colour: colourStatistics, pattern: patternStatistics };

/**
 * An image encoder without learned weights: pixel statistics written as an ONNX graph and run by
 * stock ONNX Runtime, so that everything around an encoder can be shown and tested offline. It
 * knows nothing of what pictures mean.
 *
 * `colour` embeds where which colours are, `pattern` where edges of which orientation are,
 * whatever their colour. Pictures are resized to 64 x 64, proportions aside. Features are centred
 * and scaled by their statistics over 512 scenes (`data/*-statistics.json`), so that unrelated
 * scenes have cosines around 0.
 *
 * `doEncode` takes images only, at most 64.
 */
export async function createScenesEncoder(settings: ScenesEncoderSettings): Promise<EncoderV1> {
  const { kind, threads = 1 } = settings;
  const statistics = STATISTICS[kind];
  const bytes = encodeOnnxModel(scenesEncoderGraph(kind, statistics));
  const modelId = `scenes/${kind}-1`;
  const model = await createOnnxModel({ model: bytes, threads, modelName: modelId });
  const supports: EncoderV1["supports"] = { inputs: ["image"], maxBatch: MAX_BATCH };

  const doEncode = async ({ inputs, signal }: EncodeOptions): Promise<EncodeResult> => {
    signal?.throwIfAborted();
    checkBatch(modelId, supports, inputs);
    const images = inputs.flatMap((input) => (input.type === "image" ? [input.image] : []));
    const thumbnails = await Promise.all(images.map((image) => thumbnail(image, signal)));
    const bytesPerImage = ENCODER_SIDE * ENCODER_SIDE * 3;
    const data = new Uint8Array(thumbnails.length * bytesPerImage);
    for (const [index, pixels] of thumbnails.entries()) data.set(pixels, index * bytesPerImage);
    const dims = [thumbnails.length, ENCODER_SIDE, ENCODER_SIDE, 3];
    const { embeddings } = await model.run(
      { images: { dataType: "uint8", dims, data } },
      { signal },
    );
    if (embeddings?.dataType !== "float32") {
      throw new MegaPairsError("invalid-output", `${modelId} gave no float32 embeddings.`);
    }
    return { embeddings: embeddings.data };
  };

  return {
    specificationVersion: "encoder-v1",
    modelId,
    fingerprint: await fingerprintOnnxModel(bytes),
    dimensions: statistics.mean.length,
    supports,
    doEncode,
    dispose: () => model.dispose(),
  };
}

async function thumbnail(image: ImageSource, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const pixels = image.type === "pixels" ? image : await decodeImage(image.bytes, { signal });
  const size = { width: ENCODER_SIDE, height: ENCODER_SIDE };
  return resizePixels(pixels, { ...size, interpolation: "box" }).data;
}
