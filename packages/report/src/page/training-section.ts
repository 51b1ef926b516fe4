import { trainingChart } from "../charts/training-chart.ts";
import { count, duration, percent } from "../html/format.ts";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { table } from "../html/table.ts";
import type { ReportResults } from "../results/report-results.ts";
import type { TrainingCurve } from "../results/training-curve.ts";
import type { PageSection } from "./render-report.ts";

/** Losses over steps, one chart for what was trained, one line for each seed. */
export function trainingSection({ training = [] }: ReportResults): PageSection | undefined {
  const curves = training.filter(({ points }) => points.length > 0);
  if (curves.length === 0) return undefined;
  const byName = Map.groupBy(curves, ({ name }) => name);
  const losses = curves
    .flatMap(({ points }) => points.map(({ loss }) => loss))
    .filter(Number.isFinite);
  const highest = losses.reduce((most, loss) => Math.max(most, loss), 0);
  return {
    id: "training",
    title: "Training",
    body: html`<p class="intro">
        Loss (InfoNCE, in nats) over steps. Pale: each step; strong: smoothed, one line a seed.
      </p>
      <div class="beside small">
        ${[...byName].map(([name, runs]) => renderRuns(name, runs, highest))}
      </div>
      <details>
        <summary>Every training run as a table</summary>
        ${trainingTable(curves)}
      </details>`,
  };
}

function renderRuns(name: string, runs: readonly TrainingCurve[], highest: number): Html {
  const steps = runs.flatMap(({ points }) => points.map(({ step }) => step));
  const last = Math.max(...runs.map(({ points }) => points.at(-1)!.step));
  const seeds = runs.map(({ seed }) => seed).join(", ");
  const ends = runs.map(({ points }) => tail(points.map(({ loss }) => loss)).toFixed(2)).join(", ");
  return html`<figure>
    ${trainingChart({
      runs: runs.map(({ points }) => points.map(({ step, loss }) => ({ step, value: loss }))),
      label: `Loss of ${name} over ${count(last)} steps, seeds ${seeds}; at the end ${ends}.`,
      height: 140,
      range: [0, highest > 0 ? highest : 1],
      isNoisy: true,
      steps: [Math.min(steps[0]!, last - 1), last],
    })}
    <figcaption>
      <strong>${name}.</strong> ${runs.length === 1 ? "Seed" : "Seeds"} ${seeds}; loss at the end
      ${ends}.
    </figcaption>
  </figure> `;
}

function trainingTable(curves: readonly TrainingCurve[]): Html {
  return table({
    caption: "Training runs; loss and accuracy as means over the last twentieth of the steps",
    columns: ["trained", "seed", "steps", "first loss", "loss", "accuracy, %", "time"],
    rows: curves.map(({ name, seed, points, seconds }) => {
      const accuracies = points.flatMap(({ accuracy }) =>
        accuracy === undefined ? [] : [accuracy],
      );
      return [
        name,
        String(seed),
        count(points.at(-1)!.step),
        points[0]!.loss.toFixed(3),
        tail(points.map(({ loss }) => loss)).toFixed(3),
        accuracies.length > 0 && percent(tail(accuracies)),
        seconds !== undefined && duration(seconds),
      ];
    }),
  });
}

/** Mean of the last twentieth. */
function tail(values: readonly number[]): number {
  const last = values.slice(-Math.max(1, Math.round(values.length / 20)));
  return last.reduce((sum, value) => sum + value, 0) / last.length;
}
