import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";

/** Values of initializers, by name. `invalid-argument` for one that is not there or in another file. */
export function readParameters(
  model: OnnxModelDefinition,
  names: readonly string[],
): Record<string, OnnxTensor> {
  const initializers = new Map(model.initializers.map((each) => [each.name, each]));
  return Object.fromEntries(
    names.map((name) => {
      const initializer = initializers.get(name);
      if (initializer === undefined || "external" in initializer) {
        throw new MegaPairsError(
          "invalid-argument",
          `the model holds no data of an initializer "${name}"`,
        );
      }
      const { name: _, ...tensor } = initializer;
      return [name, tensor];
    }),
  );
}

/**
 * The model with other values for some of its initializers: what was trained, ready to be written
 * and served. `invalid-argument` for a value of another name, data type or shape.
 */
export function writeParameters(
  model: OnnxModelDefinition,
  values: Readonly<Record<string, OnnxTensor>>,
): OnnxModelDefinition {
  const left = new Map(Object.entries(values));
  const initializers = model.initializers.map((before) => {
    const value = left.get(before.name);
    if (value === undefined) return before;
    left.delete(before.name);
    const [found, expected] = [value, before].map(
      ({ dataType, dims }) => `${dataType} [${dims.join(", ")}]`,
    );
    if (found !== expected) {
      throw new MegaPairsError(
        "invalid-argument",
        `initializer "${before.name}" is ${expected}, found ${found}`,
      );
    }
    return { name: before.name, ...value };
  });
  const [unknown] = left.keys();
  if (unknown !== undefined) {
    throw new MegaPairsError("invalid-argument", `the model has no initializer "${unknown}"`);
  }
  return { ...model, initializers };
}
