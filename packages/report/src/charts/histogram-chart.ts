import { axisX, rect, rectY, ruleX, ruleY, text } from "@observablehq/plot";
import type { Html } from "../html/html.ts";
import type { RelationSimilarities } from "../results/relation-similarities.ts";
import { drawPlot } from "./draw-plot.ts";

/**
 * How the cosines of a relation are spread: pairs over cosines on a square-root scale, since bands lie in
 * a tail that would be invisible otherwise. What lies in the band is coloured.
 */
export function histogramChart(
  { relation, edges, counts, band }: RelationSimilarities,
  colour: string,
): Html {
  const bins = counts.map((height, at) => ({ from: edges[at]!, to: edges[at + 1]!, height }));
  const filled = bins.filter(({ height }) => height > 0);
  const from = Math.min(filled[0]?.from ?? -1, band.lower);
  const isInside = ({ from: lower, to: upper }: (typeof bins)[number]): boolean =>
    (lower + upper) / 2 > band.lower && (lower + upper) / 2 < band.upper;
  const inside = bins.filter(isInside).reduce((sum, { height }) => sum + height, 0);
  const all = counts.reduce((sum, height) => sum + height, 0);
  const share = all === 0 ? 0 : (100 * inside) / all;
  const tallest = Math.max(1, ...counts);
  return drawPlot({
    label: `Cosines of relation ${relation} from ${from.toFixed(2)} to ${(filled.at(-1)?.to ?? 1).toFixed(2)}; ${share.toPrecision(2)} % of sampled pairs lie about in the band from ${band.lower.toFixed(3)} to ${band.upper.toFixed(3)}.`,
    height: 170,
    marginLeft: 6,
    marginRight: 10,
    marginTop: 26,
    marginBottom: 22,
    x: { domain: [from, 1], label: null },
    y: { type: "sqrt", domain: [0, tallest], axis: null },
    marks: [
      rect([band], {
        x1: "lower",
        x2: "upper",
        y1: 0,
        y2: tallest,
        fill: colour,
        fillOpacity: 0.12,
      }),
      rectY(filled, {
        x1: "from",
        x2: "to",
        y: "height",
        fill: (bin: (typeof bins)[number]) => (isInside(bin) ? colour : "var(--pale)"),
        insetLeft: 0.25,
        insetRight: 0.25,
      }),
      ruleY([0], { stroke: "var(--soft)" }),
      ruleX([band.lower, band.upper], { stroke: colour }),
      axisX({ ticks: 5, tickSize: 0, fill: "var(--soft)", label: null }),
      text([band], {
        x: ({ lower, upper }: typeof band) => (lower + upper) / 2,
        y: () => tallest,
        text: ({ lower, upper }: typeof band) =>
          `${Number(lower.toFixed(3))} to ${Number(upper.toFixed(3))}`,
        dy: -10,
        textAnchor: (band.lower + band.upper) / 2 > from + 0.85 * (1 - from) ? "end" : "middle",
        dx: (band.lower + band.upper) / 2 > from + 0.85 * (1 - from) ? 24 : 0,
        fill: "var(--ink)",
        fontWeight: 600,
      }),
    ],
  });
}
