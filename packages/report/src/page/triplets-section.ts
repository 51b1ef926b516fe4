import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { ReportResults } from "../results/report-results.ts";
import type { ReportPicture, SampleTriplet } from "../results/sample-triplet.ts";
import type { PageSection } from "./render-report.ts";

/** Triplets as pictures, with who found them. */
export function tripletsSection({ triplets = [] }: ReportResults): PageSection | undefined {
  if (triplets.length === 0) return undefined;
  return {
    id: "triplets",
    title: "Sample triplets",
    body: html`<p class="intro">
        An instruction leads from the query picture to the target. The query picture itself is the
        first negative of every pair and is not shown again.
      </p>
      ${triplets.map(renderTriplet)}`,
  };
}

function renderTriplet(triplet: SampleTriplet, at: number): Html {
  const { query, target, hardNegatives, instructions, description, evidence } = triplet;
  return html`<article class="triplet" aria-labelledby="triplet-${at + 1}">
    <h3 id="triplet-${at + 1}">Triplet ${at + 1}</h3>
    <ul class="evidence" aria-label="Found by">
      ${evidence.map(
        ({ relation, score, rank }) =>
          html`<li class="${relationClass(relation)}">
            <b>${relation}</b> cosine ${score.toFixed(3)}, rank ${rank}
          </li>`,
      )}
    </ul>
    <div class="query">${renderPicture(query, "Query")}</div>
    <div class="target">${renderPicture(target, "Target")}</div>
    <ul class="instructions" aria-label="Instructions">
      ${instructions.map((text) => html`<li>${text}</li>`)}
    </ul>
    ${description !== undefined && html`<p class="description">${description}</p>`}
    ${
      hardNegatives.length > 0 &&
      html`<div class="negatives">
        <h4>Hard negatives</h4>
        <ul>
          ${hardNegatives.map((one) => html`<li>${renderPicture(one, undefined)}</li>`)}
        </ul>
      </div>`
    }
  </article> `;
}

/** Gives a relation of the paper its colour. */
function relationClass(relation: string): string {
  return /^[DIT]$/u.test(relation) ? `relation-${relation}` : "relation";
}

function renderPicture(
  { url, width, height, name, caption }: ReportPicture,
  role: string | undefined,
): Html {
  const alt = [role ?? "Hard negative", caption ?? name].join(": ");
  return html`<figure>
    <img src="${url}" width="${width}" height="${height}" alt="${alt}" />${
      role !== undefined && html`<figcaption><b>${role}</b> ${name}</figcaption>`
    }
  </figure>`;
}
