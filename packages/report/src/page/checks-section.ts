import { html } from "../html/html.ts";
import { table } from "../html/table.ts";
import type { Check } from "../results/check.ts";
import type { ReportResults } from "../results/report-results.ts";
import type { PageSection } from "./render-report.ts";

const SIGNS = { passed: "✓", failed: "✗", measured: "•" } as const;

/** What was made sure of, and what was measured so that readers can judge. */
export function checksSection({ checks = [] }: ReportResults): PageSection | undefined {
  if (checks.length === 0) return undefined;
  return {
    id: "checks",
    title: "Checks",
    body: html`<ul class="checks">
      ${checks.map(
        (check) =>
          html`<li class="${check.verdict}">
            <h3>${check.name}</h3>
            <p class="verdict">
              <span aria-hidden="true">${SIGNS[check.verdict]}</span> ${check.verdict}
            </p>
            <p class="finding">${check.finding}</p>
            ${check.table !== undefined && renderTable(check.name, check.table)}
          </li> `,
      )}
    </ul>`,
  };
}

function renderTable(
  caption: string,
  { columns, rows }: NonNullable<Check["table"]>,
): ReturnType<typeof table> {
  const words = columns.flatMap((_, at) =>
    rows.some((cells) => !/^[−-]?[\d.,]*(?: ?%)?(?: to [\d.,]+(?: ?%)?)?$/u.test(cells[at] ?? ""))
      ? [at]
      : [],
  );
  return table({ caption, columns, rows, words, hidesCaption: true });
}
