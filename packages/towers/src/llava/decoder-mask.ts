import { dataTypeCode, int } from "@megapairs/onnx";
import type { TowerGraph } from "../blocks/tower-graph.ts";

/**
 * What is added to the scores of a decoder, [batch, 1, 1, tokens, tokens]: 0 where a token sees
 * another, the lowest float32 where that one is later, padding (0 in `present` [batch, tokens]) or
 * out of the window.
 */
export function decoderMask(g: TowerGraph, present: string, window: number | null): string {
  const tokens = g.reshape(g.size(present, 1), []);
  const seen = g.apply("Range", [g.integer(0), tokens, g.integer(1)]);
  const looking = g.reshape(seen, [-1, 1]);
  const isBefore = g.apply("LessOrEqual", [seen, looking]);
  const isThere = g.apply("Cast", [g.apply("Unsqueeze", [present, g.ints([1, 2, 3])])], {
    to: int(dataTypeCode("bool")),
  });
  let isVisible = g.apply("And", [isBefore, isThere]);
  if (window !== null) {
    const isNear = g.apply("Less", [g.apply("Sub", [looking, seen]), g.integer(window)]);
    isVisible = g.apply("And", [isVisible, isNear]);
  }
  return g.apply("Where", [isVisible, g.scalar(0), g.scalar(-3.4028234663852886e38)]);
}
