import { barChart } from "../charts/bar-chart.ts";
import { curveChart } from "../charts/curve-chart.ts";
import { count, interval, percent } from "../html/format.ts";
import { html } from "../html/html.ts";
import type { Html, HtmlPart } from "../html/html.ts";
import { table } from "../html/table.ts";
import type { ExperimentGroup, SeededEstimate } from "../results/experiment-group.ts";
import { paperNumbers } from "../results/paper-numbers.ts";
import type { PaperTable } from "../results/paper-numbers.ts";
import type { ReportResults } from "../results/report-results.ts";
import type { PageSection } from "./render-report.ts";

/** Every group of experiments: chart and table, the paper's beside. */
export function experimentsSection({ experiments = [] }: ReportResults): PageSection | undefined {
  if (experiments.length === 0) return undefined;
  const hasPaper = experiments.some(({ id }) => paperOf(id) !== undefined);
  return {
    id: "experiments",
    title: "What was found",
    body: html`<p class="intro">
        Scores are means over held-out queries and, where something was trained, over seeds. Black
        lines are 95 % intervals, rings are single
        seeds.${
          hasPaper &&
          " The paper's numbers stand beside: other data, other benchmarks, models hundreds of times as large. Compare their order, not their height."
        }
      </p>
      ${experiments.map(renderGroup)}`,
  };
}

function paperOf(id: string): PaperTable | undefined {
  return paperNumbers.find(({ group }) => group === id);
}

function renderGroup(group: ExperimentGroup): Html {
  const { id, title, question, answer, queries, seeds, metrics } = group;
  const paper = paperOf(id);
  const basis = [
    `${count(queries)} queries`,
    seeds.length > 0 && `${seeds.length} ${seeds.length === 1 ? "seed" : "seeds"}`,
  ].filter((part) => part !== false);
  const axis = isScaling(group) && ", over pairs trained on";
  return html`<div class="group" id="group-${id}">
    <h3>${title}</h3>
    <p class="question">${question}</p>
    ${answer !== undefined && html`<p class="answer">${answer}</p>`}
    <div class="beside">
      <figure>
        ${drawGroup(group)}
        <figcaption>
          <strong>Here.</strong> ${metrics[0]}, %${axis}; ${basis.join(", ")}.
        </figcaption>
      </figure>
      ${
        paper !== undefined &&
        html`<figure>
          ${drawPaper(paper)}
          <figcaption>
            <strong>The paper.</strong> ${paper.drawn}, %${axis}; ${paper.title}.
          </figcaption>
        </figure>`
      }
    </div>
    ${groupTable(group)}
    ${
      paper !== undefined &&
      paper.columns.length > 1 &&
      html`<details>
        <summary>The paper's table</summary>
        ${paperTable(paper)}
      </details>`
    }
  </div> `;
}

function drawGroup(group: ExperimentGroup): Html {
  const { title, metrics, rows } = group;
  const metric = metrics[0]!;
  const style = { label: `${title} (${metric}, percent)`, colour: "var(--bar)", format: oneDigit };
  const measured = rows.map(({ name, pairs, scores }) => {
    const { mean, lower, upper, perSeed } = scores[metric]!;
    return {
      name,
      at: pairs ?? 0,
      value: 100 * mean,
      interval: [100 * lower, 100 * upper] as const,
      parts: perSeed.map((share) => 100 * share),
    };
  });
  if (!isScaling(group)) return barChart({ bars: measured, ...style });
  const points = measured.toSorted((one, other) => one.at - other.at);
  return curveChart({ points, ...style, colour: "var(--accent)" });
}

/** Whether the axis is the pairs trained on. */
function isScaling({ id, rows }: ExperimentGroup): boolean {
  return id === "scaling" && rows.length > 1 && rows.every(({ pairs = 0 }) => pairs > 0);
}

function drawPaper({ title, columns, drawn, rows }: PaperTable): Html {
  const column = columns.indexOf(drawn);
  const label = `The paper: ${title} (${drawn}, percent)`;
  const style = { label, colour: "var(--paper-numbers)", format: oneDigit };
  const shown = rows.map(({ name, pairs = 0, values }) => ({
    name,
    at: pairs,
    value: values[column]!,
  }));
  return shown.every(({ at }) => at > 0)
    ? curveChart({ points: shown, ...style, colour: "var(--soft)" })
    : barChart({ bars: shown, ...style });
}

function oneDigit(value: number): string {
  return value.toFixed(1);
}

function groupTable({ title, metrics, seeds, rows }: ExperimentGroup): Html {
  const hasPairs = rows.some(({ pairs }) => pairs !== undefined);
  const hasSteps = rows.some(({ steps }) => steps !== undefined);
  const hasSeeds = seeds.length > 1;
  return table({
    caption: `${title} (percent, with 95 % intervals)`,
    columns: [
      "setting",
      ...(hasPairs ? ["pairs"] : []),
      ...(hasSteps ? ["steps"] : []),
      ...metrics,
      ...(hasSeeds ? [`${metrics[0]} by seed`] : []),
    ],
    rows: rows.map(({ name, note, pairs, steps, scores }) => [
      html`${name}${note !== undefined && html` <span class="note">${note}</span>`}`,
      ...(hasPairs ? [pairs === undefined ? "" : count(pairs)] : []),
      ...(hasSteps ? [steps === undefined ? "" : count(steps)] : []),
      ...metrics.map((metric) => renderScore(scores[metric]!)),
      ...(hasSeeds ? [renderSeeds(scores[metrics[0]!]!)] : []),
    ]),
  });
}

function renderScore(score: SeededEstimate): Html {
  return html`${percent(score.mean)} <span class="note">${interval(score)}</span>`;
}

function renderSeeds({ perSeed }: SeededEstimate): HtmlPart {
  return perSeed.length > 1 && perSeed.map(percent).join(" · ");
}

function paperTable({ title, source, columns, rows }: PaperTable): Html {
  return table({
    caption: `The paper: ${title} (percent). ${source}`,
    columns: ["setting", ...columns],
    rows: rows.map(({ name, values }) => [name, ...values.map(oneDigit)]),
  });
}
