import { scaleLinear } from "d3-scale";
import { line } from "d3-shape";
import { thin } from "./series.ts";
import type { Point } from "./series.ts";

/** One diagram above a common axis of steps. */
export interface Panel {
  readonly title: string;
  /** Drawn one over the other, the last on top. */
  readonly lines: readonly {
    readonly style: "pale" | "strong";
    readonly points: readonly Point[];
  }[];
  readonly height: number;
  /** The lowest and the highest value that the axis shows at least. */
  readonly range: readonly [number, number];
  /** Ends the axis where the range ends. */
  readonly isFixed?: boolean | undefined;
  readonly format: (value: number) => string;
}

/** Where a {@link Panel} is drawn, in pixels. */
export interface PanelPlace {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Steps at both ends of the axis. */
  readonly steps: readonly [number, number];
  /** Draw the numbers of the steps below. */
  readonly hasSteps: boolean;
}

const MOST_POINTS = 1200;
const PIXELS_PER_TICK = 38;

/** The SVG of a panel: title, grid with numbers, lines. */
export function drawPanel(panel: Panel, place: PanelPlace): string {
  const { title, lines, height, range, isFixed = false, format } = panel;
  const { left, right, top, steps, hasSteps } = place;
  const bottom = top + height;
  const x = scaleLinear().domain(steps).range([left, right]);
  const free = scaleLinear().domain(range).range([bottom, top]);
  const count = Math.max(2, Math.round(height / PIXELS_PER_TICK));
  const y = isFixed ? free : free.nice(count);
  const across = y.ticks(count).map((value) => {
    const at = round(y(value));
    return `<line class="grid" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/><text x="${left - 8}" y="${at}" dy="0.32em" text-anchor="end">${format(value)}</text>`;
  });
  const along = stepTicks(steps).map((step) => {
    const at = round(x(step));
    const number = hasSteps
      ? `<text x="${at}" y="${bottom + 18}" text-anchor="middle">${step.toLocaleString("en-US")}</text>`
      : "";
    return `<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>${number}`;
  });
  const draw = line<Point>()
    .x(({ step }) => x(step))
    .y(({ value }) => y(value))
    .digits(1);
  const drawn = lines.map(({ style, points }) => {
    const shown = thin(points, MOST_POINTS);
    // A single point has no line: a dot of its width stands for it.
    const path = draw(shown.length === 1 ? [...shown, ...shown] : [...shown]) ?? "";
    return `<path class="${style}" d="${path}"/>`;
  });
  return [
    `<text class="title" x="${left}" y="${top - 10}">${title}</text>`,
    ...across,
    ...along,
    ...drawn,
  ].join("\n");
}

/** Round numbers of whole steps. */
function stepTicks(steps: readonly [number, number]): readonly number[] {
  return scaleLinear().domain(steps).ticks(8).filter(Number.isInteger);
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
