import { createHash } from "node:crypto";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { ReportResults } from "../results/report-results.ts";
import { checksSection } from "./checks-section.ts";
import { disagreementsSection } from "./disagreements-section.ts";
import { experimentsSection } from "./experiments-section.ts";
import { flowSection } from "./flow-section.ts";
import { headlineSection } from "./headline-section.ts";
import { pageStyle } from "./page-style.ts";
import { runSection } from "./run-section.ts";
import { similaritiesSection } from "./similarities-section.ts";
import { trainingSection } from "./training-section.ts";
import { tripletsSection } from "./triplets-section.ts";

/** A part of the page. */
export interface PageSection {
  /** Where links of the page lead. */
  readonly id: string;
  readonly title: string;
  /** Below the title. */
  readonly body: Html;
}

/**
 * Results as one HTML file that loads nothing and runs no script: every part that they have, in reading
 * order. Light and dark as the reader's system is; for narrow screens, keyboards and screen readers.
 * Whatever a text holds stays text. Equal results give equal bytes.
 */
export function renderReport(results: ReportResults): string {
  const sections = [
    experimentsSection(results),
    disagreementsSection(results),
    checksSection(results),
    tripletsSection(results),
    flowSection(results),
    similaritiesSection(results),
    trainingSection(results),
    runSection(results),
  ].filter((section) => section !== undefined);
  const hash = createHash("sha256").update(pageStyle).digest("base64");
  const style = { markup: `<style>${pageStyle}</style>` };
  const policy = `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>${results.title}</title>
        ${style}
      </head>
      <body>
        <a class="skip" href="#${sections[0]!.id}">Skip to the contents</a>
        <header>
          ${headlineSection(results)}
          <nav aria-label="Parts of this page">
            <ul>
              ${sections.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}
            </ul>
          </nav>
        </header>
        <main>
          ${sections.map(
            ({ id, title, body }) =>
              html`<section id="${id}" aria-labelledby="${id}-title">
                <h2 id="${id}-title">${title}</h2>
                ${body}
              </section> `,
          )}
        </main>
        <footer><p>One file: it loads nothing and runs no script.</p></footer>
      </body>
    </html> `;
  return markup;
}
