/** Markup that is safe to put into a page as it is. */
export interface Html {
  readonly markup: string;
}

/** What a template takes: texts and numbers are escaped, markup is not, nothing is nothing. */
export type HtmlPart = Html | string | number | undefined | false | readonly HtmlPart[];

/** Markup out of a template; whatever is put in as text stays text, in elements and in quoted attributes. */
export function html(template: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  const markup = template.map((literal, at) => literal + write(parts[at])).join("");
  return { markup };
}

function write(part: HtmlPart): string {
  if (part === undefined || part === false) return "";
  if (typeof part === "string") return part.replaceAll(/[&<>"']/gu, (one) => ESCAPES[one]!);
  if (typeof part === "number") return String(part);
  return "markup" in part ? part.markup : part.map(write).join("");
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
