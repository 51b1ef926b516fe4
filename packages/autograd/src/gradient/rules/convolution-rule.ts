import { countElements, int, ints } from "@megapairs/onnx";
import { range } from "../../graph/axes.ts";
import type { Convolution } from "../../graph/convolution.ts";
import { convolutionOf } from "../../graph/convolution.ts";
import type { GraphBuilder } from "../../graph/graph-builder.ts";
import type { GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";

/**
 * `Conv` of any stride, padding, dilation and groups. Where kernels lie side by side, as in the patch
 * embedding of a vision transformer, the gradient of the weight is one matrix product.
 */
export const convolutionRule: GradientRule = (call) => {
  const { x, dy } = onlyGradient(call);
  const { graph: g, node } = call;
  const weight = inputName(call, 1);
  const settings = convolutionOf(node, g.shape(x), g.shape(weight));
  return [
    () => imageGradient(g, g.shape(x), weight, dy, settings),
    () =>
      isPatches(g.shape(x), settings)
        ? patchWeightGradient(g, x, weight, dy)
        : weightGradient(g, x, weight, dy, settings),
    () => {
      const axes = range(g.shape(x).length).filter((axis) => axis !== 1);
      return g.apply("ReduceSum", [dy, g.ints(axes)], { keepdims: int(0) });
    },
  ];
};

function isPatches(image: readonly number[], settings: Convolution): boolean {
  const { kernel, strides, dilations, outputSizes } = settings;
  const isSideBySide = kernel.every(
    (size, axis) =>
      strides[axis] === size &&
      (dilations[axis] === 1 || size === 1) &&
      settings.padsBefore[axis] === 0 &&
      settings.padsAfter[axis] === 0 &&
      image[axis + 2] === size * (outputSizes[axis] ?? 0),
  );
  return isSideBySide && settings.groups === 1;
}

/** The loss by the image: each element of `dy` goes to where the kernel took it from. */
export function imageGradient(
  g: GraphBuilder,
  image: readonly number[],
  weight: string,
  dy: string,
  settings: Convolution,
): string {
  const { kernel, strides, dilations, padsBefore, padsAfter, outputSizes } = settings;
  const rest = kernel.map((size, axis) => {
    const reach = (dilations[axis] ?? 1) * (size - 1);
    const padded = (padsBefore[axis] ?? 0) + (padsAfter[axis] ?? 0);
    const covered = ((outputSizes[axis] ?? 0) - 1) * (strides[axis] ?? 1) + reach + 1;
    return (image[axis + 2] ?? 0) + padded - covered;
  });
  return g.apply("ConvTranspose", [dy, weight], {
    strides: ints(strides),
    dilations: ints(dilations),
    pads: ints([...padsBefore, ...padsAfter]),
    output_padding: ints(rest),
    group: int(settings.groups),
  });
}

/**
 * Images as channels, gradients as kernels: strides and dilations change places, and so do the
 * channels of a group and the images.
 */
function weightGradient(
  g: GraphBuilder,
  x: string,
  weight: string,
  dy: string,
  { groups, kernel, strides, dilations, padsBefore, padsAfter }: Convolution,
): string {
  const [count = 0, channels = 0, ...sizes] = g.shape(x);
  const spatial = range(kernel.length).map((axis) => axis + 2);
  const swap = ints([1, 0, ...spatial]);
  const grouped = g.reshape(x, [count, groups, channels / groups, ...sizes]);
  const turned = g.apply("Transpose", [grouped], {
    perm: ints([2, 1, 0, ...spatial.map((axis) => axis + 1)]),
  });
  const images = g.reshape(turned, [channels / groups, groups * count, ...sizes]);
  const convolved = g.apply("Conv", [images, g.apply("Transpose", [dy], { perm: swap })], {
    strides: ints(dilations),
    dilations: ints(strides),
    pads: ints([...padsBefore, ...padsAfter]),
    group: int(groups),
  });
  const cut = g.apply("Slice", [
    convolved,
    g.ints(spatial.map(() => 0)),
    g.ints(kernel),
    g.ints(spatial),
  ]);
  return g.reshape(g.apply("Transpose", [cut], { perm: swap }), g.shape(weight));
}

/** Patches as rows [n · patches, channels · kernel], and one product with the gradient. */
function patchWeightGradient(g: GraphBuilder, x: string, weight: string, dy: string): string {
  const [count = 0, channels = 0] = g.shape(x);
  const [outputs = 0, , ...kernel] = g.shape(weight);
  const sizes = g.shape(dy).slice(2);
  const cut = g.reshape(x, [
    count,
    channels,
    ...kernel.flatMap((size, axis) => [sizes[axis] ?? 0, size]),
  ]);
  const places = range(kernel.length).map((axis) => 2 + 2 * axis);
  const order = [0, ...places, 1, ...places.map((axis) => axis + 1)];
  const rows = g.reshape(g.apply("Transpose", [cut], { perm: ints(order) }), [
    count * countElements(sizes),
    channels * countElements(kernel),
  ]);
  const spatial = range(kernel.length).map((axis) => axis + 2);
  const columns = g.apply("Transpose", [dy], { perm: ints([1, 0, ...spatial]) });
  const matrix = g.reshape(columns, [outputs, count * countElements(sizes)]);
  return g.reshape(g.apply("MatMul", [matrix, rows]), g.shape(weight));
}
