import type { OnnxModelDefinition } from "@megapairs/onnx";
import { colourParts } from "./colour-parts.ts";
import { constant, node, type GraphParts } from "./graph-parts.ts";
import { patternParts } from "./pattern-parts.ts";

/** What a scenes encoder looks at: where which colours are, or where edges of which orientation. */
export type ScenesEncoderKind = "colour" | "pattern";

/** Mean of each feature, and what its deviation is multiplied with. */
export interface FeatureStatistics {
  readonly mean: readonly number[];
  readonly scale: readonly number[];
}

/** Side of the pictures that the graphs take, in pixels. */
export const ENCODER_SIDE = 64;

const PARTS: Readonly<Record<ScenesEncoderKind, () => GraphParts>> = {
  colour: colourParts,
  pattern: patternParts,
};

/**
 * The encoder as an ONNX graph of opset 17: `images` uint8 `[n, 64, 64, 3]` to `embeddings` float32
 * `[n, dimensions]`. With statistics, features are centred, scaled and of unit norm; without, raw.
 */
export function scenesEncoderGraph(
  kind: ScenesEncoderKind,
  statistics: FeatureStatistics | undefined,
): OnnxModelDefinition {
  const parts = PARTS[kind]();
  const normalising: GraphParts =
    statistics === undefined
      ? { initializers: [], nodes: [node("Identity", ["features"], "embeddings")] }
      : {
          initializers: [
            constant("mean", [1, statistics.mean.length], statistics.mean),
            constant("scale", [1, statistics.scale.length], statistics.scale),
          ],
          nodes: [
            node("Sub", ["features", "mean"], "centred"),
            node("Mul", ["centred", "scale"], "scaled"),
            node("LpNormalization", ["scaled"], "embeddings", { axis: 1, p: 2 }),
          ],
        };
  return {
    name: `scenes-${kind}`,
    opset: 17,
    inputs: [{ name: "images", dataType: "uint8", shape: ["n", ENCODER_SIDE, ENCODER_SIDE, 3] }],
    outputs: [{ name: "embeddings", dataType: "float32", shape: ["n", "dimensions"] }],
    initializers: [
      constant("brightest", [], [255]),
      ...parts.initializers,
      ...normalising.initializers,
    ],
    nodes: [
      node("Cast", ["images"], "floats", { to: 1 }),
      node("Div", ["floats", "brightest"], "unit"),
      node("Transpose", ["unit"], "pixels", { perm: [0, 3, 1, 2] }), // [n, 3, 64, 64]
      ...parts.nodes,
      ...normalising.nodes,
    ],
  };
}
