import type { GradientRule } from "../gradient-rule.ts";
import { inputName, onlyGradient } from "../gradient-rule.ts";

/** `RotaryEmbedding`: turned back by the same angles. Their sines and cosines have no gradient. */
export const rotaryRule: GradientRule = (call) => {
  const { dy } = onlyGradient(call);
  const { graph: g, node } = call;
  return [
    () => {
      const back = g.apply("Neg", [inputName(call, 2)]);
      const inputs = [dy, inputName(call, 1), back, ...node.inputs.slice(3)];
      return g.apply("RotaryEmbedding", inputs, node.attributes);
    },
  ];
};
