import { inferShapes } from "@megapairs/autograd";
import type { OnnxModelDefinition, OnnxValueDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/** A graph with the dimensions of a tower's. */
interface NamedDimensions {
  readonly model: OnnxModelDefinition;
  /** Size of a feature. */
  readonly dimensions: number;
}

/**
 * Gives the open dimensions of data inputs the names that towers have, and finds out the width of
 * `output`. `unsupported` where a first axis has a fixed size; `invalid-argument` where the output is
 * no row of features for each row of input.
 */
export function nameDimensions(
  model: OnnxModelDefinition,
  dataInputs: readonly OnnxValueDefinition[],
  output: string,
  weightInputs: readonly OnnxValueDefinition[],
): NamedDimensions {
  const names = new Map<string, string>();
  const inputs = dataInputs.map((input) => {
    const shape = (input.shape ?? []).map((dim, axis) => {
      if (typeof dim === "number" && axis === 0) {
        throw new MegaPairsError(
          "unsupported",
          `"${input.name}" takes [${input.shape?.join(", ")}], expected a first axis of any size`,
        );
      }
      if (typeof dim === "number") return dim;
      const isTokens = axis === 1 && input.dataType === "int64";
      const own = dim === "" ? `${input.name} ${axis}` : dim;
      const name = axis === 0 ? "batch" : isTokens ? "sequence" : own;
      names.set(dim, name);
      return name;
    });
    return { ...input, shape };
  });
  const given = model.outputs.find(({ name }) => name === output)?.shape ?? [];
  const width = given[1];
  const named = { ...model, inputs: [...inputs, ...weightInputs] };
  const dimensions =
    typeof width === "number" && given.length === 2
      ? width
      : widthOf({ ...named, outputs: [] }, output, [...new Set(names.values())]);
  const outputs: OnnxValueDefinition[] = [
    { name: output, dataType: "float32", shape: ["batch", dimensions] },
  ];
  return { model: { ...named, outputs }, dimensions };
}

/** The width of `output` where it is a row for each row of the batch, whatever the sizes. */
function widthOf(
  model: OnnxModelDefinition,
  output: string,
  dimensions: readonly string[],
): number {
  const [shape, other] = [3, 5].map((batch) => {
    const sizes = dimensions.map((name, index) => {
      return [name, name === "batch" ? batch : batch + index] as const;
    });
    const values = inferShapes(model, { dimensions: Object.fromEntries(sizes) });
    return values.get(output)?.shape;
  });
  const [rows, width] = shape ?? [];
  if (shape?.length === 2 && rows === 3 && width !== undefined && width === other?.[1])
    return width;
  throw new MegaPairsError(
    "invalid-argument",
    `"${output}" of three rows is [${shape?.join(", ") ?? "?"}], expected three rows of features`,
  );
}
