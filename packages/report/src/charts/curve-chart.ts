import { axisY, dot, gridY, line, ruleX, text } from "@observablehq/plot";
import type { Html } from "../html/html.ts";
import { drawPlot } from "./draw-plot.ts";

/** A measurement at an amount. */
interface CurvePoint {
  /** Above 0. */
  readonly at: number;
  readonly value: number;
  readonly interval?: readonly [number, number] | undefined;
  /** What the value is a mean of. */
  readonly parts?: readonly number[] | undefined;
}

/** Options of {@link curveChart}. */
export interface CurveChartOptions {
  /** In ascending amounts. */
  readonly points: readonly CurvePoint[];
  /** What is drawn: begins the sentence that is read aloud. */
  readonly label: string;
  /** As CSS. */
  readonly colour: string;
  readonly format: (value: number) => string;
}

/** A measurement over a logarithmic axis of amounts. */
export function curveChart({ points, label, colour, format }: CurveChartOptions): Html {
  const ends = points.flatMap(({ at, interval }) => (interval ? [{ at, interval }] : []));
  const parts = points.flatMap(({ at, parts: some = [] }) =>
    some.length > 1 ? some.map((value) => ({ at, value })) : [],
  );
  const highest = Math.max(
    ...points.map(({ value, interval }) => Math.max(value, interval?.[1] ?? 0)),
  );
  const amounts = points.map(({ at }) => at);
  const spoken = points.map(({ at, value }) => `${amount(at)}: ${format(value)}`).join("; ");
  return drawPlot({
    label: `${label}: ${spoken}.`,
    height: 230,
    marginLeft: 30,
    marginRight: 22,
    marginTop: 20,
    marginBottom: 24,
    x: {
      type: "log",
      insetLeft: 16,
      axis: null,
      label: null,
      domain: [amounts[0], amounts.at(-1)],
    },
    y: { domain: [0, highest * 1.08], label: null },
    marks: [
      gridY({ stroke: "var(--line)", strokeOpacity: 1, ticks: 5 }),
      axisY({ ticks: 5, tickSize: 0, fill: "var(--soft)", label: null }),
      ruleX(amounts, { y1: 0, y2: highest * -0.02, stroke: "var(--soft)" }),
      text(spacedOut(amounts), {
        x: (at: number) => at,
        frameAnchor: "bottom",
        text: amount,
        dy: 15,
        fill: "var(--soft)",
      }),
      line(points, { x: "at", y: "value", stroke: colour, strokeWidth: 2 }),
      ruleX(ends, {
        x: "at",
        y1: ({ interval }: (typeof ends)[number]) => interval[0],
        y2: ({ interval }: (typeof ends)[number]) => interval[1],
        stroke: "var(--ink)",
        strokeWidth: 1.5,
      }),
      dot(parts, {
        x: "at",
        y: "value",
        r: 2,
        fill: "var(--card)",
        stroke: "var(--ink)",
        strokeWidth: 0.8,
      }),
      dot(points, { x: "at", y: "value", r: 3.5, fill: colour }),
      text(points, {
        x: "at",
        y: ({ value, interval }: CurvePoint) => interval?.[1] ?? value,
        text: ({ value }: CurvePoint) => format(value),
        dy: -12,
        fill: "var(--ink)",
        fontWeight: 600,
        stroke: "var(--back)",
        strokeWidth: 4,
      }),
    ],
  });
}

/** Without those whose numbers would touch the one before. */
function spacedOut(amounts: readonly number[]): number[] {
  const span = Math.log(amounts.at(-1)! / amounts[0]!) || 1;
  const kept: number[] = [];
  for (const at of amounts) {
    const before = kept.at(-1);
    if (before === undefined || Math.log(at / before) / span > 0.1) kept.push(at);
  }
  return kept;
}

/** `700`, `5.6K`, `26.2M`. */
function amount(value: number): string {
  if (value < 1000) return String(value);
  const [divisor, unit] = value < 1e6 ? [1e3, "K"] : [1e6, "M"];
  return `${Number((value / divisor).toPrecision(3))}${unit}`;
}
