import type { StepRecord } from "@megapairs/train";
import { drawPanel } from "./panel.ts";
import type { Panel } from "./panel.ts";
import { smooth } from "./series.ts";
import type { Point } from "./series.ts";

const WIDTH = 880;
const LEFT = 78;
const RIGHT = WIDTH - 24;
const TOP = 86;
const GAP = 52;
/** Share of the steps that the smoothed line remembers. */
const MEMORY = 1 / 50;

/** Both colour schemes have a contrast of at least 4.5 to 1 for texts, 3 to 1 for lines that matter. */
const STYLE = `
svg { color-scheme: light dark; --back: #ffffff; --text: #3b424c; --strong-text: #14181f; --grid: #e3e6ea; --line: #1f5fbf; --pale: #a9c4ea }
@media (prefers-color-scheme: dark) {
  svg { --back: #14181f; --text: #b4bcc8; --strong-text: #eef1f5; --grid: #2b323c; --line: #6ea8ff; --pale: #35517d }
}
.back { fill: var(--back) }
text { fill: var(--text); font: 12px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif }
.head { fill: var(--strong-text); font-size: 17px; font-weight: 600 }
.title { fill: var(--strong-text); font-size: 13px; font-weight: 600 }
.grid { stroke: var(--grid) }
path { fill: none; stroke-linejoin: round; stroke-linecap: round }
.pale { stroke: var(--pale); stroke-width: 1 }
.strong { stroke: var(--line); stroke-width: 2 }
`.trim();

/**
 * Draws loss, accuracy and learning rate over the steps of a run as an SVG for light and dark
 * screens: each step pale, smoothed on top. Empty without any step.
 */
export function lossPlot(records: readonly StepRecord[], name: string): string {
  const [first, last] = [records.at(0), records.at(-1)];
  if (first === undefined || last === undefined) return "";
  const steps = [Math.min(first.step, last.step - 1), last.step] as const;
  const memory = Math.max(2, (last.step - first.step) * MEMORY);
  const points = (of: (record: StepRecord) => number): Point[] =>
    records.map((record) => ({ step: record.step, value: of(record) }));
  const both = (of: (record: StepRecord) => number): Panel["lines"] => [
    { style: "pale", points: points(of) },
    { style: "strong", points: smooth(points(of), memory) },
  ];
  const panels: readonly Panel[] = [
    {
      title: "Loss",
      lines: both(({ loss }) => loss),
      height: 250,
      range: [0, highest(records, ({ loss }) => loss)],
      format: (value) => String(value),
    },
    {
      title: "Accuracy: queries whose positive scored highest",
      lines: both(({ accuracy }) => accuracy),
      height: 150,
      range: [0, 1],
      isFixed: true,
      format: (value) => `${Math.round(100 * value)} %`,
    },
    {
      title: "Learning rate",
      lines: [{ style: "strong", points: points(({ learningRate }) => learningRate) }],
      height: 90,
      range: [0, highest(records, ({ learningRate }) => learningRate)],
      format: (value) => (value === 0 ? "0" : value.toExponential().replace("e-", "e−")),
    },
  ];
  let top = TOP;
  const drawn = panels.map((panel, index) => {
    const hasSteps = index === panels.length - 1;
    const svg = drawPanel(panel, { left: LEFT, right: RIGHT, top, steps, hasSteps });
    top += panel.height + GAP;
    return svg;
  });
  const height = top - GAP + 56;
  const summary = `Step ${last.step.toLocaleString("en-US")}: loss ${last.loss.toFixed(4)}, accuracy ${(100 * last.accuracy).toFixed(1)} %. Pale: each step; strong: smoothed over ${Math.round(memory).toLocaleString("en-US")} steps.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${escape(`Training of ${name}. ${summary}`)}">`,
    `<style>${STYLE}</style>`,
    `<rect class="back" width="${WIDTH}" height="${height}"/>`,
    `<text class="head" x="${LEFT}" y="32">${escape(name)}</text>`,
    `<text x="${LEFT}" y="52">${escape(summary)}</text>`,
    ...drawn,
    `<text x="${(LEFT + RIGHT) / 2}" y="${height - 14}" text-anchor="middle">Step</text>`,
    "</svg>",
    "",
  ].join("\n");
}

/** The highest finite value, or 1 where none is above 0. */
function highest(records: readonly StepRecord[], of: (record: StepRecord) => number): number {
  const found = records.reduce((most, record) => Math.max(most, of(record)), 0);
  return found > 0 ? found : 1;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
