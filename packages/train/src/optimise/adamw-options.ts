/** Numbers of AdamW. The paper does not state its optimiser; these are CLIP's. */
export interface AdamWOptions {
  /** Share of the averages of gradients and of their squares that a step keeps. */
  readonly betas: readonly [number, number];
  /** Added to the root of the average square. */
  readonly epsilon: number;
  /** Share of weights of two axes and more, times the learning rate, taken off each step. */
  readonly weightDecay: number;
}

/** Those of torch.optim.AdamW. */
export const defaultAdamW: AdamWOptions = { betas: [0.9, 0.999], epsilon: 1e-8, weightDecay: 0.01 };
