import { interval, percent } from "../html/format.ts";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { HeadlineNumber, ReportResults } from "../results/report-results.ts";

/** Title, claim and the numbers that carry it. */
export function headlineSection({ title, claim, headline = [], run }: ReportResults): Html {
  const kind = run.mode === undefined ? "MegaPairs" : `MegaPairs · ${run.mode} run`;
  return html`<p class="kind">${kind}</p>
    <h1>${title}</h1>
    ${claim !== undefined && html`<p class="claim">${claim}</p>`}
    ${
      headline.length > 0 &&
      html`<ul class="headline">
        ${headline.map(tile)}
      </ul>`
    }`;
}

function tile({ label, value, against }: HeadlineNumber): Html {
  return html`<li>
    <p class="label">${label}</p>
    <p class="number">${percent(value.mean)}<span class="unit"> %</span></p>
    <p class="interval">95 % interval ${interval(value)}</p>
    ${
      against !== undefined &&
      html`<p class="against">
        ${against.label}: <strong>${percent(against.value.mean)} %</strong>
        <span>(${interval(against.value)})</span>
      </p>`
    }
  </li> `;
}
