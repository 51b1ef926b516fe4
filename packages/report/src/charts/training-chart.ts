import { axisX, axisY, gridY, line } from "@observablehq/plot";
import type { Html } from "../html/html.ts";
import { drawPlot } from "./draw-plot.ts";
import { smooth, thin } from "./series.ts";
import type { Point } from "./series.ts";

/** Options of {@link trainingChart}. */
export interface TrainingChartOptions {
  /** One line for each run, in ascending steps. */
  readonly runs: readonly (readonly Point[])[];
  /** A whole sentence. */
  readonly label: string;
  readonly width?: number | undefined;
  readonly height: number;
  /** Lowest and highest value of the axis. */
  readonly range: readonly [number, number];
  readonly format?: ((value: number) => string) | undefined;
  /** Draw each step pale below the smoothed line; the plain line alone without. */
  readonly isNoisy: boolean;
  /** Where the axis of steps begins and ends. */
  readonly steps: readonly [number, number];
  /** Leave the numbers of the steps out. */
  readonly hidesSteps?: boolean | undefined;
  /** Room for the numbers of the values. */
  readonly left?: number | undefined;
}

const MOST_POINTS = 300;
/** Share of the steps that the smoothed line remembers. */
const MEMORY = 1 / 50;

/** Something measured over the steps of training runs. */
export function trainingChart(options: TrainingChartOptions): Html {
  const {
    runs,
    label,
    width,
    height,
    range,
    format,
    isNoisy,
    steps,
    hidesSteps,
    left = 30,
  } = options;
  const memory = Math.max(2, (steps[1] - steps[0]) * MEMORY);
  const lines = runs.map((points) => points.filter(({ value }) => Number.isFinite(value)));
  return drawPlot({
    label,
    width,
    height,
    marginLeft: left,
    marginRight: 14,
    marginTop: 8,
    marginBottom: hidesSteps === true ? 8 : 22,
    x: { domain: [...steps], label: null, axis: null },
    y: { domain: [...range], label: null, axis: null },
    marks: [
      gridY({
        stroke: "var(--line)",
        strokeOpacity: 1,
        ticks: Math.max(2, Math.round(height / 38)),
      }),
      axisY({
        ticks: Math.max(2, Math.round(height / 38)),
        tickSize: 0,
        fill: "var(--soft)",
        label: null,
        ...(format && { tickFormat: format }),
      }),
      hidesSteps === true
        ? null
        : axisX({ ticks: 5, tickSize: 3, tickFormat: wholeStep, fill: "var(--soft)", label: null }),
      ...(isNoisy ? lines.map((points) => drawLine(points, "pale")) : []),
      ...lines.map((points) => drawLine(isNoisy ? smooth(points, memory) : points, "strong")),
    ],
  });
}

function drawLine(points: readonly Point[], style: "pale" | "strong"): ReturnType<typeof line> {
  return line([...thin(points, MOST_POINTS)], {
    x: "step",
    y: "value",
    stroke: style === "pale" ? "var(--pale)" : "var(--accent)",
    strokeWidth: style === "pale" ? 1 : 1.75,
    strokeLinejoin: "round",
    strokeLinecap: "round",
  });
}

function wholeStep(step: number): string {
  return Number.isInteger(step) ? step.toLocaleString("en-US") : "";
}
