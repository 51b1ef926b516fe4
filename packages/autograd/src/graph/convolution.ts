import type { OnnxNodeDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { describeNode, intAttribute, intsAttribute, stringAttribute } from "./node-attributes.ts";

/** What a convolution does along its spatial axes, one number for each axis and side. */
export interface Convolution {
  readonly groups: number;
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  /** Zeros put before the first element of each axis. */
  readonly padsBefore: readonly number[];
  /** Zeros put behind the last element of each axis. */
  readonly padsAfter: readonly number[];
  /** Sizes of the result's spatial axes. */
  readonly outputSizes: readonly number[];
}

/**
 * Settings of a `Conv` or `ConvTranspose` node on an image [n, channels, …sizes] with a weight
 * [outputs, channels / groups, …kernel] ([channels, outputs / groups, …kernel] when transposed).
 * Throws `invalid-argument` where they do not fit, `unsupported` for automatic padding other than
 * none.
 */
export function convolutionOf(
  node: OnnxNodeDefinition,
  image: readonly number[],
  weight: readonly number[],
): Convolution {
  const groups = intAttribute(node, "group", 1);
  const isTransposed = node.op === "ConvTranspose";
  const channels = isTransposed ? weight[0] : (weight[1] ?? 0) * groups;
  if (image.length < 3 || weight.length !== image.length || image[1] !== channels) {
    throw new MegaPairsError(
      "invalid-argument",
      `${describeNode(node)} cannot convolve [${image.join(", ")}] with [${weight.join(", ")}] in ${groups} groups`,
    );
  }
  const padding = stringAttribute(node, "auto_pad", "NOTSET");
  if (padding !== "NOTSET" && padding !== "VALID") {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} pads by ${padding}, expected stated pads`,
    );
  }
  const kernel = weight.slice(2);
  const strides = intsAttribute(node, "strides") ?? kernel.map(() => 1);
  const dilations = intsAttribute(node, "dilations") ?? kernel.map(() => 1);
  const pads = intsAttribute(node, "pads") ?? kernel.flatMap(() => [0, 0]);
  const extra = intsAttribute(node, "output_padding") ?? kernel.map(() => 0);
  const padsBefore = pads.slice(0, kernel.length);
  const padsAfter = pads.slice(kernel.length);
  const outputSizes = kernel.map((size, axis) => {
    const stride = strides[axis] ?? 1;
    const reach = (dilations[axis] ?? 1) * (size - 1);
    const padded = (padsBefore[axis] ?? 0) + (padsAfter[axis] ?? 0);
    const length = image[axis + 2] ?? 0;
    return isTransposed
      ? stride * (length - 1) + reach + 1 - padded + (extra[axis] ?? 0)
      : Math.floor((length + padded - reach - 1) / stride) + 1;
  });
  return { groups, kernel, strides, dilations, padsBefore, padsAfter, outputSizes };
}

/**
 * Settings of a `MaxPool` or `AveragePool` node on an image [n, channels, …sizes]. Throws
 * `unsupported` for sizes rounded up and automatic padding.
 */
export function poolingOf(node: OnnxNodeDefinition, image: readonly number[]): Convolution {
  if (intAttribute(node, "ceil_mode", 0) !== 0) {
    throw new MegaPairsError(
      "unsupported",
      `${describeNode(node)} rounds sizes up, expected ceil_mode 0`,
    );
  }
  const kernel = intsAttribute(node, "kernel_shape") ?? [];
  const [, channels = 0] = image;
  return convolutionOf(node, image, [channels, channels, ...kernel]);
}
