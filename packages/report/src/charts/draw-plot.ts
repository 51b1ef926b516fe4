import { plot } from "@observablehq/plot";
import type { PlotOptions } from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";

/** What a chart says to those who do not see it, and how it is drawn. */
export interface DrawPlotOptions extends Omit<PlotOptions, "document" | "width" | "height"> {
  /** A whole sentence with the numbers. */
  readonly label: string;
  /** Units of the drawing; {@link CHART_WIDTH} by default. A page scales it to its column. */
  readonly width?: number | undefined;
  readonly height: number;
}

/** A column of a page, and a phone: charts are drawn once, for both. */
export const CHART_WIDTH = 340;

/**
 * Draws with Observable Plot on a document of its own, so that no browser is needed, and takes out what
 * belongs to the page: style and size. Colours are CSS variables. Equal options give equal bytes.
 */
export function drawPlot({ label, width = CHART_WIDTH, ...options }: DrawPlotOptions): Html {
  const { document } = parseHTML("<!doctype html><html><body></body></html>");
  const svg = plot({
    ...options,
    width,
    document,
  });
  for (const style of svg.querySelectorAll("style")) style.remove();
  for (const element of [svg, ...svg.querySelectorAll("*")]) {
    element.removeAttribute("aria-label");
    for (const { name, value } of element.attributes) {
      if (GEOMETRY.has(name)) element.setAttribute(name, rounded(value));
    }
  }
  for (const name of ["class", "width", "height", "font-size", "font-family"]) {
    svg.removeAttribute(name);
  }
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("class", "plot");
  const markup = svg.outerHTML.replace("<svg", html`<svg role="img" aria-label="${label}"`.markup);
  return { markup };
}

const GEOMETRY = new Set("d x x1 x2 y y1 y2 cx cy r width height transform points".split(" "));

function rounded(value: string): string {
  return value.replaceAll(/-?\d+\.\d{2,}(?:e-\d+)?/gu, (one) =>
    String(Number(Number(one).toFixed(1))),
  );
}
