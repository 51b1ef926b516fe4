import { countElements } from "@megapairs/onnx";
import type { Weight, Weights } from "../tower-model.ts";
import type { WeightShapes } from "../weight-shapes.ts";
import { fillNormal } from "./fill-normal.ts";
import { fillUniform } from "./fill-uniform.ts";
import { seedOfName } from "./seed-of-name.ts";

/** How a weight begins: all of one value, normally distributed around 0, or evenly in ±bound. */
export type InitialValue =
  | { readonly value: number }
  | { readonly deviation: number }
  | { readonly bound: number };

/** Options of random initialisation. */
export interface InitialisationOptions {
  /** A whole number. The same gives the same weights, each independent of the others. Default 0. */
  readonly seed?: number | undefined;
  /** Puts the weights in SharedArrayBuffers, which threads share without a copy. Default false. */
  readonly shared?: boolean | undefined;
}

/** Weights of these shapes as a rule begins them. */
export function initialWeights(
  shapes: WeightShapes,
  rule: (name: string) => InitialValue,
  { seed = 0, shared = false }: InitialisationOptions,
): Weights {
  const weights = new Map<string, Weight>();
  for (const [name, { dims }] of shapes) {
    const bytes = 4 * countElements(dims);
    const data = new Float32Array(shared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    const initial = rule(name);
    if ("value" in initial) data.fill(initial.value);
    else if ("bound" in initial) fillUniform(data, initial.bound, seedOfName(seed, name));
    else fillNormal(data, initial.deviation, seedOfName(seed, name));
    weights.set(name, { dims, data });
  }
  return weights;
}
