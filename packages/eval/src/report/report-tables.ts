import { scoreOf } from "./eval-report.ts";
import type { EvalReport } from "./eval-report.ts";

/** A table of words. */
export interface ReportTable {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell names the row. */
  readonly rows: readonly (readonly string[])[];
}

/** The tables of a report, in reading order; numbers in percent. */
export function reportTables(report: EvalReport): readonly ReportTable[] {
  return [
    scoreTable(report),
    ...groupTable(report),
    ...shortcutTable(report),
    ...publishedTable(report),
  ];
}

/** `34.30`, of a share. */
export function percent(share: number): string {
  return (share * 100).toFixed(2);
}

function scoreTable({ title, scores, queryCount }: EvalReport): ReportTable {
  return {
    caption: `${title}: ${queryCount} queries`,
    columns: ["metric", "score, %", "95 % interval"],
    rows: Object.entries(scores).map(([name, { mean, lower, upper }]) => [
      name,
      percent(mean),
      `${percent(lower)} to ${percent(upper)}`,
    ]),
  };
}

function groupTable({ groups, groupIntervals, headline }: EvalReport): ReportTable[] {
  const names = Object.keys(groups);
  if (names.length < 2) return [];
  const metrics = Object.keys(groups[names[0]!]!);
  return [
    {
      caption: "By group, %",
      columns: ["group", ...metrics, `95 % interval of ${headline}`],
      rows: names.map((name) => {
        const { lower, upper } = groupIntervals[name]!;
        return [
          name,
          ...metrics.map((metric) => percent(groups[name]![metric]!)),
          `${percent(lower)} to ${percent(upper)}`,
        ];
      }),
    },
  ];
}

const SIDES = { composed: "picture and text", image: "picture alone", text: "text alone" } as const;

function shortcutTable({ shortcuts }: EvalReport): ReportTable[] {
  if (shortcuts === undefined) return [];
  const { metric, scores, needsBoth, lostByComposing, shareThatNeedsBoth, queries } = shortcuts;
  const share =
    shareThatNeedsBoth === undefined ? "" : ` (${percent(shareThatNeedsBoth)} % of the score)`;
  const rows = [
    ...(["composed", "image", "text"] as const).map((side) => [SIDES[side], scores[side]] as const),
    [`needs both${share}`, needsBoth] as const,
    ["lost by composing", lostByComposing] as const,
  ];
  return [
    {
      caption: `Could one side do it alone? ${metric} over ${queries} queries`,
      columns: ["asked by", "score, %", "95 % interval"],
      rows: rows.flatMap(([name, interval]) =>
        interval === undefined
          ? []
          : [
              [
                name,
                percent(interval.mean),
                `${percent(interval.lower)} to ${percent(interval.upper)}`,
              ],
            ],
      ),
    },
  ];
}

function publishedTable({
  published,
  scores,
  groups,
  model,
  benchmark,
}: EvalReport): ReportTable[] {
  const metrics = [...new Set(published.map(({ metric }) => metric))];
  if (metrics.length === 0) return [];
  const byModel = Map.groupBy(published, (one) =>
    JSON.stringify([one.model, one.split, one.setting]),
  );
  const ours = Object.fromEntries(Object.entries(scores).map(([name, { mean }]) => [name, mean]));
  const others = [...byModel.values()].map((some) => {
    const { model: name, split, setting } = some[0]!;
    const sources = [...new Set(some.map(({ source }) => source))].join("; ");
    const score = (metric: string): string =>
      some.find((one) => one.metric === metric)?.percent.toFixed(1) ?? "";
    const full = setting === undefined ? name : `${name}, ${setting}`;
    return [full, split ?? "", ...metrics.map(score), sources];
  });
  return [
    {
      caption: `Beside what others report on ${benchmark}; other splits are not comparable`,
      columns: ["model", "split", ...metrics, "source"],
      rows: [
        [
          `${model.modelId} (this run)`,
          "",
          ...metrics.map((metric) => percent(scoreOf({ scores: ours, groups }, metric)!)),
          "",
        ],
        ...others,
      ],
    },
  ];
}
