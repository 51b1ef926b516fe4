import type { EvalReport } from "./eval-report.ts";
import { reportTables } from "./report-tables.ts";

/** A report as Markdown: title, rule, model, notes, every table. */
export function renderReportMarkdown(report: EvalReport): string {
  const { title, rule, model, notes, warnings } = report;
  const remarks = [...warnings, ...notes].map((note) => `> ${note}\n`);
  const tables = reportTables(report).map(({ caption, columns, rows }) => {
    const lines = [columns, columns.map((_, at) => (at === 0 ? "---" : "---:")), ...rows];
    return `## ${caption}\n\n${lines.map((cells) => `| ${cells.map(escape).join(" | ")} |`).join("\n")}\n`;
  });
  const { modelId, dimensions, fingerprint } = model;
  return [
    `# ${title}\n`,
    `Rule: ${rule}.\n`,
    `Model: ${modelId}, ${dimensions} dimensions, fingerprint ${fingerprint}.\n`,
    ...remarks,
    ...tables,
  ].join("\n");
}

function escape(cell: string): string {
  return cell.replaceAll("|", "\\|").replaceAll("\n", " ");
}
