import { MegaPairsError } from "@megapairs/spec";
import { arrayNameOf, isArrayOf } from "../definition/data-type.ts";
import type { OnnxTensor } from "../definition/onnx-tensor.ts";
import { countElements } from "../definition/onnx-tensor.ts";
import type { OnnxValueInfo } from "./session-messages.ts";

/** Throws `invalid-argument` unless the feeds are what the graph's inputs ask for. */
export function checkFeeds(
  model: string,
  inputs: readonly OnnxValueInfo[],
  feeds: Readonly<Record<string, OnnxTensor>>,
): void {
  const expected = inputs.map(({ name }) => name);
  const found = Object.keys(feeds);
  if (found.length !== expected.length || found.some((name) => !expected.includes(name))) {
    refuse(model, `takes the inputs ${list(expected)}, found ${list(found)}`);
  }
  for (const input of inputs) {
    const tensor = feeds[input.name];
    if (tensor !== undefined) checkFeed(model, input, tensor);
  }
}

/** Throws `invalid-argument` unless every name is one of the graph's outputs. */
export function checkOutputNames(
  model: string,
  outputs: readonly OnnxValueInfo[],
  names: readonly string[],
): void {
  const known = outputs.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) refuse(model, `has the outputs ${list(known)}, not ${list(unknown)}`);
  if (names.length === 0) refuse(model, `was asked for no output, expected some of ${list(known)}`);
}

function checkFeed(model: string, input: OnnxValueInfo, tensor: OnnxTensor): void {
  const { dataType, dims, data } = tensor;
  const wanted = `${input.dataType} [${input.dims.join(", ")}]`;
  if (
    dataType !== input.dataType ||
    dims.length !== input.dims.length ||
    input.dims.some((size, axis) => typeof size === "number" && dims[axis] !== size)
  ) {
    refuse(model, `takes "${input.name}" as ${wanted}, found ${dataType} [${dims.join(", ")}]`);
  }
  if (dims.some((size) => !Number.isInteger(size) || size < 0)) {
    refuse(model, `got "${input.name}" with the dims [${dims.join(", ")}], expected whole numbers`);
  }
  if (!isArrayOf(dataType, data) || data.length !== countElements(dims)) {
    refuse(
      model,
      `takes "${input.name}" of [${dims.join(", ")}] as ${countElements(dims)} elements in a ` +
        `${arrayNameOf(dataType)}, found ${data.length} in a ${data.constructor.name}`,
    );
  }
}

function refuse(model: string, problem: string): never {
  throw new MegaPairsError("invalid-argument", `${model} ${problem}`);
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "(none)" : names.map((name) => `"${name}"`).join(", ");
}
