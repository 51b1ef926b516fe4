import { barX, dot, ruleX, ruleY, text } from "@observablehq/plot";
import type { Html } from "../html/html.ts";
import { CHART_WIDTH, drawPlot } from "./draw-plot.ts";

/** A bar from zero, with its name above and its number at the end. */
interface Bar {
  /** Differs from those of the other bars. */
  readonly name: string;
  readonly value: number;
  /** Drawn as a line across the end. */
  readonly interval?: readonly [number, number] | undefined;
  /** Drawn as rings: what the value is a mean of. */
  readonly parts?: readonly number[] | undefined;
}

/** Options of {@link barChart}. */
export interface BarChartOptions {
  readonly bars: readonly Bar[];
  /** What is drawn: begins the sentence that is read aloud. */
  readonly label: string;
  /** As CSS. */
  readonly colour: string;
  readonly format: (value: number) => string;
}

const ROW = 36;
const BAR = 12;
/** Room below a bar. */
const BELOW = 5;
/** From the middle of a row to that of its bar. */
const MIDDLE = ROW / 2 - BAR / 2 - BELOW;
/** Part of the width that numbers at the ends of bars take. */
const NUMBERS = 0.2;

/** Horizontal bars, one below the other; each says its number, so that no axis is needed. */
export function barChart({ bars, label, colour, format }: BarChartOptions): Html {
  const highest = Math.max(...bars.map(endOf), Number.EPSILON);
  const ends = bars.flatMap(({ name, interval }) => (interval ? [{ name, interval }] : []));
  const parts = bars.flatMap(({ name, parts: some = [] }) =>
    some.length > 1 ? some.map((value) => ({ name, value })) : [],
  );
  const spoken = bars.map(({ name, value }) => `${name} ${format(value)}`).join("; ");
  const atBar = { y: "name", dy: MIDDLE };
  return drawPlot({
    label: `${label}: ${spoken}.`,
    height: ROW * bars.length + 2,
    margin: 0,
    marginRight: Math.round(NUMBERS * CHART_WIDTH),
    x: { domain: [0, highest], axis: null },
    y: { domain: bars.map(({ name }) => name), axis: null, padding: 0 },
    marks: [
      barX(bars, {
        x: "value",
        y: "name",
        fill: colour,
        insetTop: ROW - BAR - BELOW,
        insetBottom: BELOW,
      }),
      ruleY(ends, {
        ...atBar,
        x1: ({ interval }: (typeof ends)[number]) => interval[0],
        x2: ({ interval }: (typeof ends)[number]) => interval[1],
        stroke: "var(--ink)",
        strokeWidth: 1.5,
      }),
      dot(parts, {
        ...atBar,
        x: "value",
        r: 2,
        fill: "var(--card)",
        stroke: "var(--ink)",
        strokeWidth: 1,
      }),
      ruleX([0], { stroke: "var(--soft)" }),
      text(bars, {
        x: () => 0,
        y: "name",
        text: "name",
        textAnchor: "start",
        dx: 2,
        dy: -7,
        fill: "var(--ink)",
        lineWidth: 26,
        textOverflow: "ellipsis",
      }),
      text(bars, {
        ...atBar,
        x: endOf,
        text: ({ value }: Bar) => format(value),
        textAnchor: "start",
        dx: 6,
        fill: "var(--ink)",
        fontWeight: 600,
      }),
    ],
  });
}

function endOf({ value, interval, parts = [] }: Bar): number {
  return Math.max(value, ...(interval ?? []), ...parts);
}
