import { constant, integers, node, type GraphParts } from "./graph-parts.ts";

const LUMINANCE = [0.299, 0.587, 0.114];
const SOBEL = [-1, 0, 1, -2, 0, 2, -1, 0, 1].map((weight) => weight / 8);
const SOBEL_DOWN = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((at) => SOBEL[at] ?? 0);
const ORIENTATIONS = 8;
const WEAKEST_EDGE = 0.015;
const HALF_EDGE = 0.1;

/**
 * Where edges of which orientation are, blind to colour: Sobel gradients of luminance, their
 * strength saturating so that contrast counts little, shared out over 8 orientations by the fourth
 * power of the cosine, averaged over the picture and over 7 x 7 overlapping windows of 12 pixels.
 * From `pixels` `[n, 3, 64, 64]` in [0, 1] to `features` `[n, 400]`.
 */
export function patternParts(): GraphParts {
  const sobel = [SOBEL, SOBEL_DOWN].flatMap((kernel) =>
    LUMINANCE.flatMap((share) => kernel.map((weight) => share * weight)),
  );
  const directions = Array.from({ length: ORIENTATIONS }, (_, index) => {
    const angle = (index * Math.PI) / ORIENTATIONS;
    return [Math.cos(angle), Math.sin(angle)];
  });
  return {
    initializers: [
      integers("border", [0, 0, 1, 1, 0, 0, 1, 1]),
      integers("channelAxis", [1]),
      constant("sobel", [2, 3, 3, 3], sobel),
      constant("directions", [ORIENTATIONS, 2, 1, 1], directions.flat()),
      constant("tiny", [], [1e-8]),
      constant("weakest", [], [WEAKEST_EDGE]),
      constant("half", [], [HALF_EDGE]),
    ],
    nodes: [
      node("Pad", ["pixels", "border"], "padded", { mode: "edge" }),
      node("Conv", ["padded", "sobel"], "gradient"), // [n, 2, 64, 64]
      node("Mul", ["gradient", "gradient"], "gradientSquared"),
      node("ReduceSum", ["gradientSquared", "channelAxis"], "energy", { keepdims: 1 }),
      node("Add", ["energy", "tiny"], "energyAbove"), // [n, 1, 64, 64]
      node("Conv", ["gradient", "directions"], "along"), // [n, 8, 64, 64]
      node("Mul", ["along", "along"], "alongSquared"),
      node("Div", ["alongSquared", "energyAbove"], "cosineSquared"),
      node("Mul", ["cosineSquared", "cosineSquared"], "oriented"),
      node("Sqrt", ["energyAbove"], "strength"),
      node("Sub", ["strength", "weakest"], "excess"),
      node("Relu", ["excess"], "edge"),
      node("Add", ["edge", "half"], "edgeAbove"),
      node("Div", ["edge", "edgeAbove"], "weight"),
      node("Mul", ["oriented", "weight"], "edges"), // [n, 8, 64, 64]
      node("GlobalAveragePool", ["edges"], "overall"),
      node("AveragePool", ["edges"], "cells", { kernel_shape: [12, 12], strides: [8, 8] }),
      node("Flatten", ["overall"], "overallRow"),
      node("Flatten", ["cells"], "cellsRow"), // [n, 8 * 49]
      node("Concat", ["overallRow", "cellsRow"], "features", { axis: 1 }), // [n, 400]
    ],
  };
}
