import type { OnnxModelDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { OptimiserParameter } from "./optimiser-parameter.ts";
import { startOptimiser } from "./start-optimiser.ts";

/** Settings of {@link sgdGraph}. */
export interface SgdSettings {
  readonly parameters: readonly OptimiserParameter[];
  /** Share of the last change that goes on. Default 0: none, and no state. */
  readonly momentum?: number | undefined;
  /** Share of a parameter, times the learning rate, taken off each step. Default 0. */
  readonly weightDecay?: number | undefined;
  /** Scales all gradients down together where their L2 norm is above this. Default: no limit. */
  readonly clipNorm?: number | undefined;
  /** Multiplies all gradients with an input `gradient_scale`; see `adamWGraph`. Default false. */
  readonly gradientScale?: boolean | undefined;
  /** Keeps an exponential moving average of each parameter; see `adamWGraph`. Default: none. */
  readonly average?: number | undefined;
}

/**
 * One step of gradient descent, as a graph. Inputs: `learning_rate` (float32, no axes), and for each
 * parameter `w` itself, `w.gradient` and, with momentum, `w.velocity`. Outputs: what becomes of each
 * as `w.next` and `w.velocity.next`; with `clipNorm` also `gradient_norm`, the norm before clipping.
 * With `gradientScale` it also takes `gradient_scale`; with `average` it takes `w.average`, at first w
 * itself, and gives `w.average.next`.
 *
 * velocity = momentum · velocity + gradient, w = w (1 - rate · decay) - rate · velocity: torch's SGD
 * (no dampening, no Nesterov), but with weight decay decoupled from the momentum.
 *
 * Throws `invalid-argument` for a momentum outside [0, 1).
 */
export function sgdGraph(settings: SgdSettings): OnnxModelDefinition {
  const { parameters, momentum = 0, weightDecay = 0 } = settings;
  if (!(momentum >= 0 && momentum < 1)) {
    throw new MegaPairsError("invalid-argument", `momentum must be in [0, 1), found ${momentum}`);
  }
  const optimiser = startOptimiser("SGD", settings);
  const { graph: g } = optimiser;
  for (const parameter of parameters) {
    const { name, dataType, shape } = parameter;
    const { gradient, learningRate } = optimiser.inputsOf(parameter);
    let velocity = gradient;
    if (momentum > 0) {
      const before = optimiser.state(`${name}.velocity`, dataType, shape);
      const kept = g.apply("Mul", [before, g.scalar(momentum, before)]);
      velocity = g.apply("Add", [kept, gradient]);
      optimiser.become(before, velocity);
    }
    const decayed = optimiser.decay(parameter, weightDecay);
    const change = g.apply("Mul", [velocity, learningRate]);
    const next = g.apply("Sub", [decayed, change]);
    optimiser.become(name, next);
    optimiser.average(parameter, next);
  }
  return optimiser.finish();
}
