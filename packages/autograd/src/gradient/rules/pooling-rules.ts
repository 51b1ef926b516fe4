import { countElements, int, string } from "@megapairs/onnx";
import { range } from "../../graph/axes.ts";
import type { Convolution } from "../../graph/convolution.ts";
import { poolingOf } from "../../graph/convolution.ts";
import { intAttribute } from "../../graph/node-attributes.ts";
import { tensorOfNumbers } from "../../graph/tensor-numbers.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { onlyGradient } from "../gradient-rule.ts";
import { imageGradient } from "./convolution-rule.ts";

/** `MaxPool`: to the largest of each window, the first where several are. */
export const maxPoolRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  return [
    () => {
      const attributes = { ...node.attributes, storage_order: int(0) };
      const [, places = ""] = g.applyTo(2, "MaxPool", [x], attributes);
      const zeros = g.zeros([countElements(g.shape(x))], dy);
      const flat = [countElements(g.shape(dy))];
      const sum = g.apply(
        "ScatterElements",
        [zeros, g.reshape(places, flat), g.reshape(dy, flat)],
        {
          reduction: string("add"),
        },
      );
      return g.reshape(sum, g.shape(x));
    },
  ];
};

/** `AveragePool`: a share to each element of a window, whether padding is counted or not. */
export const averagePoolRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  return [
    () => {
      const [, channels = 0, ...sizes] = g.shape(x);
      const settings = { ...poolingOf(node, g.shape(x)), groups: channels };
      const countsPadding = intAttribute(node, "count_include_pad", 0) === 1;
      const { dataType } = g.value(x);
      const counts = windowCounts(settings, sizes, countsPadding);
      const dims = [1, 1, ...settings.outputSizes];
      const share = g.apply("Div", [dy, g.constant(tensorOfNumbers(dataType, dims, counts))]);
      const ones = [channels, 1, ...settings.kernel];
      const weight = tensorOfNumbers(dataType, ones, Array<number>(countElements(ones)).fill(1));
      return imageGradient(g, g.shape(x), g.constant(weight), share, settings);
    },
  ];
};

/** `GlobalAveragePool`. */
export const globalAveragePoolRule: GradientRule = (call) => {
  const { x, y, dy } = onlyGradient(call);
  const { graph: g } = call;
  const count = countElements(g.shape(x)) / countElements(g.shape(y));
  return [
    () => {
      const share = g.apply("Mul", [dy, g.scalar(1 / count, dy)]);
      return g.apply("Expand", [share, g.ints(g.shape(x))]);
    },
  ];
};

/** How many elements the average of each window is of, row-major over the windows. */
function windowCounts(
  { kernel, strides, dilations, padsBefore, outputSizes }: Convolution,
  sizes: readonly number[],
  countsPadding: boolean,
): number[] {
  let counts = [1];
  outputSizes.forEach((windows, axis) => {
    const along = range(windows).map((window) => {
      const start = window * (strides[axis] ?? 1) - (padsBefore[axis] ?? 0);
      const places = range(kernel[axis] ?? 0).map((step) => start + step * (dilations[axis] ?? 1));
      const isInside = (place: number): boolean => place >= 0 && place < (sizes[axis] ?? 0);
      return countsPadding ? places.length : places.filter(isInside).length;
    });
    counts = counts.flatMap((count) => along.map((one) => count * one));
  });
  return counts;
}
