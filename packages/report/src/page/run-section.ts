import { barChart } from "../charts/bar-chart.ts";
import { duration } from "../html/format.ts";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { ReportResults } from "../results/report-results.ts";
import type { PageSection } from "./render-report.ts";

/** What was run, with what, on what, and how to do it again. */
export function runSection({ run }: ReportResults): PageSection {
  const { command, settings, seeds, versions, machine, phases = [], reproduce } = run;
  const total = phases.reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    id: "run",
    title: "What was run",
    body: html`<dl class="facts">
        <div>
          <dt>Command</dt>
          <dd><code>${command}</code></dd>
        </div>
        ${
          machine !== undefined &&
          html`<div>
            <dt>Machine</dt>
            <dd>${machine}</dd>
          </div>`
        }
        ${
          seeds.length > 0 &&
          html`<div>
            <dt>${seeds.length === 1 ? "Seed" : "Seeds"}</dt>
            <dd>${seeds.join(", ")}</dd>
          </div>`
        }
        ${listed("Settings", settings)} ${listed("Versions", versions)}
      </dl>
      ${
        phases.length > 0 &&
        html`<h3>Time</h3>
          <div class="beside">
            <figure>
              ${barChart({
                bars: phases.map(({ name, seconds }) => ({ name, value: seconds })),
                label: "Wall time by phase",
                colour: "var(--bar)",
                format: duration,
              })}
              <figcaption>Wall time by phase; ${duration(total)} in all.</figcaption>
            </figure>
          </div>`
      }
      ${
        reproduce.length > 0 &&
        html`<h3>How to make it again</h3>
          <pre
            tabindex="0"
            role="region"
            aria-label="Commands"
          ><code>${reproduce.join("\n")}</code></pre>`
      }`,
  };
}

function listed(title: string, facts: Readonly<Record<string, string | number | boolean>>): Html {
  const entries = Object.entries(facts);
  if (entries.length === 0) return html``;
  return html`<div>
    <dt>${title}</dt>
    <dd>
      <ul>
        ${entries.map(([name, value]) => html`<li><span class="note">${name}</span> ${String(value)}</li>`)}
      </ul>
    </dd>
  </div>`;
}
