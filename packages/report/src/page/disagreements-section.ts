import { html } from "../html/html.ts";
import type { ReportResults } from "../results/report-results.ts";
import type { PageSection } from "./render-report.ts";

/** What the paper says and the results do not show. */
export function disagreementsSection({
  disagreements = [],
}: ReportResults): PageSection | undefined {
  if (disagreements.length === 0) return undefined;
  return {
    id: "disagreements",
    title: "Where this disagrees with the paper",
    body: html`<ul class="cards">
      ${disagreements.map(
        ({ paper, found, why }) =>
          html`<li>
            <dl class="versus">
              <div>
                <dt>The paper</dt>
                <dd>${paper}</dd>
              </div>
              <div>
                <dt>Here</dt>
                <dd>${found}</dd>
              </div>
              <div>
                <dt>Why that may be</dt>
                <dd>${why}</dd>
              </div>
            </dl>
          </li> `,
      )}
    </ul>`,
  };
}
