import { resizePixels } from "@megapairs/image";
import { createOnnxModel, encodeOnnxModel } from "@megapairs/onnx";
import {
  ENCODER_SIDE,
  scenesEncoderGraph,
  type FeatureStatistics,
  type ScenesEncoderKind,
} from "../../src/encoders/scenes-encoder-graph.ts";
import { renderScene } from "../../src/render/render-scene.ts";
import { sceneAt } from "../../src/world/scene-at.ts";

const SCENES = 512;
const OVERALL = { colour: 27, pattern: 8 };
const LEAST_DEVIATION = 0.02;

let pictures: Uint8Array | undefined;

/** Mean of every feature over 512 scenes, and 1 / (deviation + 0.02), doubled for overall features. */
export async function featureStatistics(kind: ScenesEncoderKind): Promise<FeatureStatistics> {
  const side = ENCODER_SIDE;
  pictures ??= renderPictures(side);
  const bytes = encodeOnnxModel(scenesEncoderGraph(kind, undefined));
  const model = await createOnnxModel({ model: bytes, threads: 1 });
  const images = { dataType: "uint8", dims: [SCENES, side, side, 3], data: pictures } as const;
  const { embeddings } = await model.run({ images });
  await model.dispose();
  if (embeddings?.dataType !== "float32") throw new Error("no features");
  const dimensions = embeddings.data.length / SCENES;
  const columns = Array.from({ length: dimensions }, (_, column) =>
    Array.from({ length: SCENES }, (__, row) => embeddings.data[row * dimensions + column] ?? 0),
  );
  const mean = columns.map((column) => column.reduce((sum, value) => sum + value, 0) / SCENES);
  const scale = columns.map((column, index) => {
    const squares = column.reduce((sum, value) => sum + (value - (mean[index] ?? 0)) ** 2, 0);
    const weight = index < OVERALL[kind] ? 2 : 1;
    return weight / (Math.sqrt(squares / SCENES) + LEAST_DEVIATION);
  });
  return { mean: mean.map(rounded), scale: scale.map(rounded) };
}

/** uint8 `[512, side, side, 3]`. */
function renderPictures(side: number): Uint8Array {
  const data = new Uint8Array(SCENES * side * side * 3);
  for (let scene = 0; scene < SCENES; scene++) {
    const pixels = renderScene(sceneAt(1, 8 * scene), { seed: scene });
    const small = resizePixels(pixels, { width: side, height: side, interpolation: "box" });
    data.set(small.data, scene * side * side * 3);
  }
  return data;
}

function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
