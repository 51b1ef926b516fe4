import { html } from "./html.ts";
import type { Html, HtmlPart } from "./html.ts";

/** A table for readers; the first cell of a row names it. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly HtmlPart[])[];
  /** Only read aloud: for tables whose heading says it already. */
  readonly hidesCaption?: boolean | undefined;
  /** Columns of words, by number from 0, beside the first; all others hold numbers. */
  readonly words?: readonly number[] | undefined;
}

/** A table that scrolls by itself where the screen is narrow, reachable by keyboard. */
export function table({ caption, columns, rows, hidesCaption, words = [] }: Table): Html {
  const kind = (at: number): HtmlPart => words.includes(at) && html` class="words"`;
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}">
    <table>
      <caption><span${hidesCaption === true && html` class="hidden"`}>${caption}</span></caption>
      <thead>
        <tr>
          ${columns.map((name, at) => html`<th scope="col" ${kind(at)}>${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([name, ...cells]) =>
            html`<tr>
              <th scope="row">${name}</th>
              ${cells.map((cell, at) => html`<td${kind(at + 1)}>${cell}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}
