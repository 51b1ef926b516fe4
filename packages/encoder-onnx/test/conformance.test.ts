import { join } from "node:path";
import { describeEncoderConformance } from "@megapairs/conformance";
import { loadOnnxEncoder } from "@megapairs/encoder-onnx";
import { fixtures } from "./fixtures.ts";

const load = (name: string, maxBatch: number, variant = "fp32") =>
  loadOnnxEncoder({ model: join(fixtures, name), variant, maxBatch, threads: 1 });

describeEncoderConformance("CLIP", {
  create: () => load("clip", 8),
  supports: { inputs: ["text", "image", "composed"], maxBatch: 8 },
});

describeEncoderConformance("CLIP, dynamically quantised", {
  create: () => load("clip", 4, "quantized"),
  supports: { inputs: ["text", "image", "composed"], maxBatch: 4 },
});

describeEncoderConformance("CLIP in one graph", {
  create: () => load("clip-joint", 4),
  supports: { inputs: ["text", "image"], maxBatch: 4 },
});

describeEncoderConformance("SigLIP", {
  create: () => load("siglip", 4),
  supports: { inputs: ["text", "image", "composed"], maxBatch: 4 },
});

describeEncoderConformance("DINOv2", {
  create: () => load("dinov2", 32),
  supports: { inputs: ["image"], maxBatch: 32 },
});
