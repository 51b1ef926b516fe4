import { MegaPairsError } from "@megapairs/spec";
import { arrayNameOf, isArrayOf } from "../definition/data-type.ts";
import type { OnnxTensor } from "../definition/onnx-tensor.ts";
import { countElements } from "../definition/onnx-tensor.ts";
import { isShared } from "./pack-feeds.ts";
import type { OnnxValueInfo } from "./session-messages.ts";

/** Throws `invalid-argument` unless the feeds are what the graph's inputs ask for. */
export function checkFeeds(
  model: string,
  inputs: readonly OnnxValueInfo[],
  feeds: Readonly<Record<string, OnnxTensor>>,
): void {
  checkTensors(model, "takes", inputs, feeds);
}

/** Throws `invalid-argument` unless the graph's outputs fit into these tensors over shared memory. */
export function checkTargets(
  model: string,
  outputs: readonly OnnxValueInfo[],
  into: Readonly<Record<string, OnnxTensor>>,
): void {
  checkTensors(model, "gives", outputs, into);
  const apart = Object.keys(into).find((name) => !isShared(into[name]?.data));
  if (apart !== undefined) {
    refuse(
      model,
      `gives "${apart}" into shared memory, found an array without a SharedArrayBuffer`,
    );
  }
}

function checkTensors(
  model: string,
  verb: "takes" | "gives",
  values: readonly OnnxValueInfo[],
  tensors: Readonly<Record<string, OnnxTensor>>,
): void {
  const expected = new Set(values.map(({ name }) => name));
  const found = Object.keys(tensors);
  if (found.length !== expected.size || found.some((name) => !expected.has(name))) {
    const kind = verb === "takes" ? "inputs" : "outputs";
    refuse(model, `${verb} the ${kind} ${list([...expected])}, found ${list(found)}`);
  }
  for (const value of values) {
    const tensor = tensors[value.name];
    if (tensor !== undefined) checkTensor(model, verb, value, tensor);
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

function checkTensor(
  model: string,
  verb: "takes" | "gives",
  value: OnnxValueInfo,
  tensor: OnnxTensor,
): void {
  const { dataType, dims, data } = tensor;
  const wanted = `${value.dataType} [${value.dims.join(", ")}]`;
  if (
    dataType !== value.dataType ||
    dims.length !== value.dims.length ||
    value.dims.some((size, axis) => typeof size === "number" && dims[axis] !== size)
  ) {
    refuse(model, `${verb} "${value.name}" as ${wanted}, found ${dataType} [${dims.join(", ")}]`);
  }
  if (dims.some((size) => !Number.isInteger(size) || size < 0)) {
    refuse(model, `got "${value.name}" with the dims [${dims.join(", ")}], expected whole numbers`);
  }
  if (!isArrayOf(dataType, data) || data.length !== countElements(dims)) {
    refuse(
      model,
      `${verb} "${value.name}" of [${dims.join(", ")}] as ${countElements(dims)} elements in a ` +
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
