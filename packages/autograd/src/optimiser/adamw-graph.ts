import type { OnnxModelDefinition } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import type { OptimiserParameter } from "./optimiser-parameter.ts";
import { startOptimiser } from "./start-optimiser.ts";

/** Settings of {@link adamWGraph}. Defaults are those of torch.optim.AdamW. */
export interface AdamWSettings {
  readonly parameters: readonly OptimiserParameter[];
  /** Decay of the averages of gradients and of their squares. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number] | undefined;
  /** Added to the root of the average square. Default 1e-8. */
  readonly epsilon?: number | undefined;
  /** Share of a parameter, times the learning rate, taken off each step. Default 0.01. */
  readonly weightDecay?: number | undefined;
  /** Scales all gradients down together where their L2 norm is above this. Default: no limit. */
  readonly clipNorm?: number | undefined;
  /**
   * Multiplies all gradients with an input `gradient_scale` (float32, no axes): for those who know
   * the factor before, as a loop that goes through the weights block by block. Not with `clipNorm`.
   * Default false.
   */
  readonly gradientScale?: boolean | undefined;
  /**
   * Keeps an exponential moving average of each parameter as `w.average`, of which a step keeps this
   * share: 0.9995. Default: none.
   */
  readonly average?: number | undefined;
}

/**
 * One step of AdamW with decoupled weight decay, as a graph. Inputs: `learning_rate` (float32, no
 * axes), `step` (int64, no axes: steps done before), and for each parameter `w` itself, `w.gradient`,
 * `w.first_moment` and `w.second_moment`. Outputs: what becomes of each as `w.next`,
 * `w.first_moment.next`, `w.second_moment.next`, `step.next`; with `clipNorm` also `gradient_norm`,
 * the norm before clipping. With `gradientScale` it also takes `gradient_scale`; with `average` it
 * takes `w.average`, at first w itself, and gives `w.average.next`.
 *
 * Source: Loshchilov and Hutter, Decoupled Weight Decay Regularization (arXiv 1711.05101), in the
 * form of torch.optim.AdamW; clipping as torch.nn.utils.clip_grad_norm_.
 *
 * Throws `invalid-argument` for numbers out of range.
 */
export function adamWGraph(settings: AdamWSettings): OnnxModelDefinition {
  const { betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0.01 } = settings;
  if (!betas.every((beta) => beta >= 0 && beta < 1) || !(epsilon > 0)) {
    throw new MegaPairsError(
      "invalid-argument",
      `betas must be in [0, 1) and epsilon above 0, found [${betas.join(", ")}] and ${epsilon}`,
    );
  }
  const optimiser = startOptimiser("AdamW", settings);
  const { graph: g } = optimiser;
  const step = optimiser.state("step", "int64", []);
  const done = g.apply("Add", [step, g.scalar(1, step)]);
  optimiser.become(step, done);
  const exponent = g.apply("CastLike", [done, g.constant(DOUBLE)]);
  const corrections = betas.map((beta) => {
    const base = g.scalar(beta, exponent);
    return g.apply("Sub", [g.scalar(1, exponent), g.apply("Pow", [base, exponent])]);
  });
  for (const parameter of settings.parameters) {
    const { name, dataType, shape } = parameter;
    const { gradient, learningRate } = optimiser.inputsOf(parameter);
    const average = (state: string, value: string, beta: number): string => {
      const before = optimiser.state(`${name}.${state}`, dataType, shape);
      const kept = g.apply("Mul", [before, g.scalar(beta, before)]);
      const added = g.apply("Mul", [value, g.scalar(1 - beta, before)]);
      const after = g.apply("Add", [kept, added]);
      optimiser.become(before, after);
      return after;
    };
    const first = average("first_moment", gradient, betas[0]);
    const second = average("second_moment", g.apply("Mul", [gradient, gradient]), betas[1]);
    const [firstCorrection = "", secondCorrection = ""] = corrections;
    const like = (value: string): string => g.apply("CastLike", [value, gradient]);
    const rate = g.apply("Div", [learningRate, like(firstCorrection)]);
    const spread = g.apply("Div", [
      g.apply("Sqrt", [second]),
      like(g.apply("Sqrt", [secondCorrection])),
    ]);
    const denominator = g.apply("Add", [spread, g.scalar(epsilon, gradient)]);
    const decayed = optimiser.decay(parameter, weightDecay);
    const change = g.apply("Div", [g.apply("Mul", [first, rate]), denominator]);
    const next = g.apply("Sub", [decayed, change]);
    optimiser.become(name, next);
    optimiser.average(parameter, next);
  }
  return optimiser.finish();
}

const DOUBLE = { dataType: "float64", dims: [], data: Float64Array.of(0) } as const;
