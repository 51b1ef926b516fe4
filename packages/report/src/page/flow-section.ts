import { barChart } from "../charts/bar-chart.ts";
import { count, duration } from "../html/format.ts";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { FlowStage } from "../results/flow-stage.ts";
import type { ReportResults } from "../results/report-results.ts";
import type { PageSection } from "./render-report.ts";

/** Stages with what went in, came out and was left out; pairs by the relations that found them. */
export function flowSection({
  flow = [],
  provenance = {},
}: ReportResults): PageSection | undefined {
  const found = Object.entries(provenance).map(([name, value]) => ({ name, value }));
  if (flow.length === 0 && found.length === 0) return undefined;
  return {
    id: "flow",
    title: "From images to triplets",
    body: html`${
      flow.length > 0 &&
      html`<ol class="flow">
        ${flow.map(renderStage)}
      </ol>`
    }
    ${
      found.length > 0 &&
      html`<h3>Who found the pairs</h3>
        <div class="beside">
          <figure>
            ${barChart({
              bars: found.toSorted((one, other) => other.value - one.value),
              label: "Pairs by the relations that found them",
              colour: "var(--bar)",
              format: count,
            })}
            <figcaption>
              Pairs by the relations that found them: D pictures that look alike, I pictures that
              mean alike, T captions that say alike.
            </figcaption>
          </figure>
        </div>`
    }`,
  };
}

function renderStage({ name, what, input, inputUnit, outputs, rejects, seconds }: FlowStage): Html {
  const made = Object.entries(outputs).map(
    ([unit, rows]) => html`<li><b>${count(rows)}</b> ${unit}</li>`,
  );
  return html`<li>
    <div class="stage">
      <h3>${name}</h3>
      <p class="what">
        ${what}${seconds !== undefined && html` <span class="note">${duration(seconds)}</span>`}
      </p>
    </div>
    <p class="in">
      <b>${count(input)}</b> ${inputUnit} <span aria-hidden="true">→</span
      ><span class="hidden"> become</span>
    </p>
    <ul class="out">
      ${made}
    </ul>
    ${
      rejects.length > 0 &&
      html`<ul class="rejects" aria-label="Rejected">
        ${rejects.map(
          (one) => html`<li><b>${count(one.count)} rejected: ${one.code}</b> ${one.example}</li>`,
        )}
      </ul>`
    }
  </li> `;
}
