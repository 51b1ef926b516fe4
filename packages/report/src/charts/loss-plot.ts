import { html } from "../html/html.ts";
import { trainingChart } from "./training-chart.ts";
import type { TrainingChartOptions } from "./training-chart.ts";

/** What a step of training measured, as far as the plot shows it. */
export interface PlottedStep {
  /** From 1, ascending. */
  readonly step: number;
  readonly loss: number;
  /** A share of 1. */
  readonly accuracy: number;
  readonly learningRate: number;
}

const WIDTH = 880;
const LEFT = 64;
const TOP = 66;

/** Both colour schemes have a contrast of at least 4.5 to 1 for texts, 3 to 1 for lines that matter. */
const STYLE = `
svg{color-scheme:light dark;--back:#fff;--ink:#14181f;--soft:#3b424c;--line:#e3e6ea;--accent:#1f5fbf;--pale:#a9c4ea;font:12px system-ui,"Segoe UI",Roboto,"DejaVu Sans",sans-serif}
@media (prefers-color-scheme:dark){svg{--back:#14181f;--ink:#eef1f5;--soft:#b4bcc8;--line:#2b323c;--accent:#6ea8ff;--pale:#35517d}}
.back{fill:var(--back)}
text{fill:var(--soft)}
.head{fill:var(--ink);font-size:17px;font-weight:600}
.title{fill:var(--ink);font-size:13px;font-weight:600}`.trim();

/**
 * Draws loss, accuracy and learning rate over the steps of a run as an SVG of its own, for light and dark
 * screens: each step pale, smoothed on top. Empty without any step.
 */
export function lossPlot(records: readonly PlottedStep[], name: string): string {
  const [first, last] = [records.at(0), records.at(-1)];
  if (first === undefined || last === undefined) return "";
  const panels: readonly (Pick<TrainingChartOptions, "height" | "range" | "isNoisy" | "format"> & {
    readonly title: string;
    readonly of: (record: PlottedStep) => number;
  })[] = [
    {
      title: "Loss",
      of: ({ loss }) => loss,
      height: 270,
      range: [0, highest(records, ({ loss }) => loss)],
      isNoisy: true,
    },
    {
      title: "Accuracy: queries whose positive scored highest",
      of: ({ accuracy }) => accuracy,
      height: 170,
      range: [0, 1],
      isNoisy: true,
      format: (value) => `${Math.round(100 * value)} %`,
    },
    {
      title: "Learning rate",
      of: ({ learningRate }) => learningRate,
      height: 120,
      range: [0, highest(records, ({ learningRate }) => learningRate)],
      isNoisy: false,
      format: (value) => (value === 0 ? "0" : value.toExponential().replace("e-", "e−")),
    },
  ];
  let top = TOP;
  const drawn = panels.map(({ title, of, ...panel }, at) => {
    const { markup } = trainingChart({
      ...panel,
      runs: [records.map((record) => ({ step: record.step, value: of(record) }))],
      label: title,
      width: WIDTH,
      left: LEFT,
      steps: [Math.min(first.step, last.step - 1), last.step],
      hidesSteps: at < panels.length - 1,
    });
    const heading = html`<text class="title" x="${LEFT}" y="${top + 18}">${title}</text>`.markup;
    const place = `<svg y="${top + 24}" width="${WIDTH}" height="${panel.height}"`;
    top += 24 + panel.height;
    return heading + markup.replace("<svg", place);
  });
  const height = top + 24;
  const summary = `Step ${last.step.toLocaleString("en-US")}: loss ${last.loss.toFixed(4)}, accuracy ${(100 * last.accuracy).toFixed(1)} %. Pale: each step; strong: smoothed.`;
  const { markup: label } = html`${`Training of ${name}. ${summary}`}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${label}">`,
    `<style>${STYLE}</style>`,
    `<rect class="back" width="${WIDTH}" height="${height}"/>`,
    html`<text class="head" x="${LEFT}" y="32">${name}</text>`.markup,
    html`<text x="${LEFT}" y="52">${summary}</text>`.markup,
    ...drawn,
    `<text x="${(LEFT + WIDTH) / 2}" y="${height - 8}" text-anchor="middle">Step</text>`,
    "</svg>",
    "",
  ].join("\n");
}

/** The highest finite value, or 1 where none is above 0. */
function highest(records: readonly PlottedStep[], of: (record: PlottedStep) => number): number {
  const found = records.map(of).filter(Number.isFinite);
  const most = found.reduce((one, other) => Math.max(one, other), 0);
  return most > 0 ? most : 1;
}
