import { histogramChart } from "../charts/histogram-chart.ts";
import { count } from "../html/format.ts";
import { html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import { table } from "../html/table.ts";
import type { RelationSimilarities } from "../results/relation-similarities.ts";
import type { ReportResults } from "../results/report-results.ts";
import type { PageSection } from "./render-report.ts";

const COLOURS: Readonly<Record<string, string>> = {
  D: "var(--relation-d)",
  I: "var(--relation-i)",
  T: "var(--relation-t)",
};

/** How cosines are spread under each relation, with its band. */
export function similaritiesSection({ similarities = [] }: ReportResults): PageSection | undefined {
  if (similarities.length === 0) return undefined;
  return {
    id: "similarities",
    title: "Similarities and bands",
    body: html`<p class="intro">
        Pairs by their cosine, on a square-root scale. A pair is kept where its cosine lies in the
        band: below are strangers, above near duplicates. Cosines of one encoder mean nothing under
        another.
      </p>
      <div class="beside">${similarities.map(renderRelation)}</div>
      ${similaritiesTable(similarities)}`,
  };
}

function renderRelation(one: RelationSimilarities): Html {
  const { relation, what, sampledQueries, images } = one;
  return html`<figure>
    ${histogramChart(one, COLOURS[relation] ?? "var(--accent)")}
    <figcaption>
      <strong>${relation}.</strong> ${what !== undefined && `${what}; `}${count(sampledQueries)}
      queries against ${count(images)} images.
    </figcaption>
  </figure> `;
}

function similaritiesTable(similarities: readonly RelationSimilarities[]): Html {
  const shares = [
    ...new Set(similarities.flatMap(({ quantiles }) => Object.keys(quantiles))),
  ].toSorted((one, other) => Number(one) - Number(other));
  const mined = (["neighbours", "nearDuplicates", "pairs"] as const).filter((name) =>
    similarities.some((one) => one[name] !== undefined),
  );
  const names = { neighbours: "neighbours", nearDuplicates: "near duplicates", pairs: "pairs" };
  return table({
    caption: "Relations; in percent, shares of all pairs that lie below a cosine",
    columns: [
      "relation",
      "encoder",
      "band",
      ...mined.map((name) => names[name]),
      ...shares.map((share) => `${Number((100 * Number(share)).toFixed(4))} %`),
    ],
    words: [1],
    rows: similarities.map(({ relation, encoder, band, quantiles, ...counts }) => [
      relation,
      encoder,
      `${Number(band.lower.toFixed(3))} to ${Number(band.upper.toFixed(3))}`,
      ...mined.map((name) => (counts[name] === undefined ? "" : count(counts[name]))),
      ...shares.map((share) => quantiles[share]?.toFixed(3)),
    ]),
  });
}
