import { constant, node, type GraphParts } from "./graph-parts.ts";

const LEVELS = [0.1, 0.5, 0.9];
const SHARPNESS = 1 / 0.03;
const PALETTE = LEVELS.flatMap((red) =>
  LEVELS.flatMap((green) => LEVELS.map((blue) => [red, green, blue])),
);

/**
 * Where which colours are: every pixel shared out over 27 palette colours by a softmax of negative
 * squared distance, averaged over the picture and over each cell of a 4 x 4 grid, square root.
 * From `pixels` `[n, 3, 64, 64]` in [0, 1] to `features` `[n, 459]`.
 */
export function colourParts(): GraphParts {
  const squared = PALETTE.map((colour) => colour.reduce((sum, value) => sum + value * value, 0));
  return {
    initializers: [
      constant(
        "palette",
        [PALETTE.length, 3, 1, 1],
        PALETTE.flat().map((value) => 2 * SHARPNESS * value),
      ),
      constant(
        "paletteBias",
        [PALETTE.length],
        squared.map((value) => -SHARPNESS * value),
      ),
      constant("least", [], [1e-4]),
    ],
    nodes: [
      // |x - c|² without |x|², which the softmax cancels
      node("Conv", ["pixels", "palette", "paletteBias"], "closeness"), // [n, 27, 64, 64]
      node("Softmax", ["closeness"], "shares", { axis: 1 }),
      node("GlobalAveragePool", ["shares"], "overall"), // [n, 27, 1, 1]
      node("AveragePool", ["shares"], "cells", { kernel_shape: [16, 16], strides: [16, 16] }),
      node("Flatten", ["overall"], "overallRow"),
      node("Flatten", ["cells"], "cellsRow"), // [n, 27 * 16]
      node("Concat", ["overallRow", "cellsRow"], "counts", { axis: 1 }),
      node("Add", ["counts", "least"], "counted"),
      node("Sqrt", ["counted"], "features"), // [n, 459]
    ],
  };
}
