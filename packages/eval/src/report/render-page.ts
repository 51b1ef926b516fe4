import type { EvalReport } from "./eval-report.ts";
import { pageStyle } from "./page-style.ts";
import type { RunExample } from "./pick-examples.ts";
import { percent, reportTables } from "./report-tables.ts";
import type { ReportTable } from "./report-tables.ts";

/** A picture for the page, with its size. */
export interface PagePicture {
  /** `data:image/jpeg;base64,…`: the page loads nothing. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

/** Options of {@link renderReportPage}. */
export interface RenderReportPageOptions {
  readonly report: EvalReport;
  readonly best: readonly RunExample[];
  readonly worst: readonly RunExample[];
  /** Gives the picture of an item; undefined where it has none. */
  readonly pictureOf: (item: RunExample["candidates"][number]["item"]) => PagePicture | undefined;
}

/**
 * A report as one HTML file that loads nothing: tables, and the best and worst queries as pictures. Light
 * and dark as the reader's system is, for narrow screens, keyboards and screen readers; no script.
 */
export function renderReportPage({
  report,
  best,
  worst,
  pictureOf,
}: RenderReportPageOptions): string {
  const { title, rule, model, notes, warnings, headline, scores } = report;
  const main = scores[headline];
  const remarks = [
    ...warnings.map(
      (text) => `<p class="remark warning"><strong>Warning:</strong> ${escape(text)}</p>`,
    ),
    ...notes.map((text) => `<p class="remark">${escape(text)}</p>`),
  ].join("");
  const galleries = (
    [
      ["worst", "Worst queries", worst],
      ["best", "Best queries", best],
    ] as const
  ).filter(([, , some]) => some.length > 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escape(title)} · ${escape(model.modelId)}</title>
<style>${pageStyle}</style>
</head>
<body>
<a class="skip" href="#scores">Skip to the scores</a>
<header>
<p class="kind">Retrieval evaluation</p>
<h1>${escape(title)}</h1>
<dl>
<div><dt>Model</dt><dd>${escape(model.modelId)}</dd></div>
${main === undefined ? "" : `<div><dt>${escape(headline)}</dt><dd class="headline">${percent(main.mean)} %</dd></div><div><dt>95 % interval</dt><dd>${percent(main.lower)} to ${percent(main.upper)}</dd></div>`}
<div><dt>Queries</dt><dd>${report.queryCount}</dd></div>
</dl>
${remarks}
<p><strong>Rule.</strong> ${escape(rule)}.</p>
<nav aria-label="Parts of this page"><ul><li><a href="#scores">Scores</a></li>${galleries.map(([id, name]) => `<li><a href="#${id}">${name}</a></li>`).join("")}</ul></nav>
</header>
<main>
<section id="scores" aria-labelledby="scores-title"><h2 id="scores-title">Scores</h2>
${reportTables(report).map(renderTable).join("\n")}
</section>
${galleries.map(([id, name, some]) => `<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2><p>By ${escape(headline)}, then by the rank of the first right answer. A green frame and “right” mark right answers.</p>${some.map((example) => renderExample(example, headline, pictureOf)).join("\n")}</section>`).join("\n")}
</main>
<footer><p>Fingerprint of the model: <code>${escape(model.fingerprint)}</code>. Intervals: percentile bootstrap over queries, seed ${report.seed}. Every number is in results.json beside this page.</p></footer>
</body>
</html>
`;
}

function renderTable({ caption, columns, rows }: ReportTable): string {
  const head = columns.map((column) => `<th scope="col">${escape(column)}</th>`).join("");
  const body = rows
    .map(
      ([name = "", ...cells]) =>
        `<tr><th scope="row">${escape(name)}</th>${cells.map(renderCell).join("")}</tr>`,
    )
    .join("");
  return `<div class="scroll" tabindex="0" role="region" aria-label="${escape(caption)}"><table><caption>${escape(caption)}</caption><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function renderCell(cell: string): string {
  const isNumber = cell === "" || /^[\d.]+(?: to [\d.]+)?$/u.test(cell);
  return `<td${isNumber ? "" : ' class="words"'}>${escape(cell)}</td>`;
}

function renderExample(
  { query, score, candidates, answer, firstRightRank }: RunExample,
  headline: string,
  pictureOf: RenderReportPageOptions["pictureOf"],
): string {
  const rank =
    firstRightRank === undefined
      ? "no right answer as far as the ranking goes"
      : `first right answer at rank ${firstRightRank}`;
  const shown = candidates.map(({ id, item, score: cosine, gain }, at) => {
    const isRight = gain > 0;
    const verdict = isRight ? "right" : "wrong";
    return `<li class="${verdict}">${renderItem(item, `Rank ${at + 1}, ${verdict}: ${id}`, pictureOf)}<p><b>${at + 1}</b> ${verdict} <span class="cosine">${cosine.toFixed(3)}</span></p></li>`;
  });
  const hasRight = candidates.some(({ gain }) => gain > 0);
  const missed =
    hasRight || answer === undefined
      ? ""
      : `<div class="answer"><h4>A right answer</h4>${renderItem(answer.item, `A right answer: ${answer.id}`, pictureOf)}</div>`;
  return `<article><h3>Query ${escape(query.id)}</h3><p class="facts">${escape(headline)} ${percent(score)} %, ${rank}</p><div class="example"><div class="query"><h4>Query</h4>${renderItem(query, `Query picture ${query.referenceId}`, pictureOf)}</div><div class="ranked"><h4>What came first</h4><ol>${shown.join("")}</ol></div>${missed}</div></article>`;
}

function renderItem(
  item: RunExample["candidates"][number]["item"],
  description: string,
  pictureOf: RenderReportPageOptions["pictureOf"],
): string {
  const picture = pictureOf(item);
  const image =
    picture === undefined
      ? item.picture === undefined
        ? ""
        : `<span class="absent" role="img" aria-label="${escape(description)}, picture not available">no picture</span>`
      : `<img src="${picture.url}" width="${picture.width}" height="${picture.height}" alt="${escape(description)}" loading="lazy">`;
  const text = item.text === undefined ? "" : `<p class="text">${escape(item.text)}</p>`;
  return image + text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/gu, (one) => ESCAPES[one]!);
}
