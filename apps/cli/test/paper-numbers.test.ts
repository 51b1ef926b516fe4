import { publishedScores } from "@megapairs/eval";
import { paperNumbers } from "@megapairs/report";
import { describe, expect, it } from "vitest";

const COLUMNS: Readonly<Record<string, readonly [benchmark: string, metric: string]>> = {
  "CIRCO mAP@5": ["circo", "mAP@5"],
  "CIRR R@1": ["cirr", "R@1"],
  "FashionIQ R@10": ["fashioniq", "R@10"],
  "GeneCIS R@1": ["genecis", "R@1"],
  "mean of four": ["mean of four", "mean"],
};

/** What `eval` says of a row: the page and the benchmarks must not tell two stories of one paper. */
function published(group: string, row: string, column: string): number | undefined {
  const [benchmark, metric] = COLUMNS[column]!;
  const found = publishedScores.filter(
    (one) => one.benchmark === benchmark && one.metric === metric,
  );
  const [model = ""] = row.split(",");
  const ofRow = found.find((one) => {
    if (group === "relations") return one.setting === `relations ${row}, 2,000 steps`;
    return one.model === model && one.isAblation !== true && one.setting === undefined;
  });
  return ofRow?.percent;
}

describe("paperNumbers", () => {
  it.each(paperNumbers.filter(({ group }) => group === "relations" || group === "baselines"))(
    "are those of publishedScores: $group",
    ({ group, columns, rows }) => {
      for (const { name, values } of rows) {
        expect(columns.map((column) => published(group, name, column))).toEqual(values);
      }
    },
  );

  it("are those of publishedScores: scaling", () => {
    const scores = publishedScores.filter(
      ({ benchmark, model }) => benchmark === "mean of four" && model === "MMRet-base",
    );
    const { rows } = paperNumbers.find(({ group }) => group === "scaling")!;
    expect(rows.map(({ values }) => values[0])).toEqual(scores.map(({ percent }) => percent));
  });

  it("say the same of all three relations as of all negatives", () => {
    const [relations, negatives] = ["relations", "negatives"].map((id) =>
      paperNumbers.find(({ group }) => group === id),
    );
    const all = relations!.rows.at(-1)!.values[relations!.columns.indexOf("CIRR R@1")];
    expect(negatives!.rows.at(-1)!.values).toEqual([all]);
  });
});
