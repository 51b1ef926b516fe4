import { MegaPairsError } from "@megapairs/spec";

/**
 * The shape that values of these shapes have together under NumPy's rules, which are ONNX's:
 * aligned at the last axis, where sizes are equal or 1. `invalid-argument` where they do not fit.
 */
export function broadcastShapes(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(0, ...shapes.map(({ length }) => length));
  return Array.from({ length: rank }, (_, axis) => {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const size = sizes.find((one) => one !== 1) ?? 1;
    if (sizes.some((one) => one !== 1 && one !== size)) {
      const found = shapes.map((shape) => `[${shape.join(", ")}]`).join(" and ");
      throw new MegaPairsError("invalid-argument", `${found} do not broadcast to one shape`);
    }
    return size;
  });
}
