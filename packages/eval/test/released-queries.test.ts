import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { checkSubmission, readCirco, readCirr, readFashioniq } from "@megapairs/eval";
import { describe, expect, it } from "vitest";
import { official, withoutOfficial } from "./official-annotations.ts";

interface ReleasedQuery {
  readonly q_img: string;
  readonly q_text: string;
  readonly positive_key?: string;
}

async function released<Row>(file: string): Promise<Row[]> {
  const text = await readFile(join(official, "megapairs_eval/data", file), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Row);
}

describe.skipIf(withoutOfficial !== undefined)(
  `what MegaPairs released for its evaluation (${withoutOfficial ?? "all of it"})`,
  () => {
    it("has the 800 queries of CIRCO test, text for text", async () => {
      const { queries } = await readCirco({ directory: join(official, "circo"), split: "test" });
      const expected = await released<ReleasedQuery>("circo_query.jsonl");
      expect(queries.map(({ text }) => text)).toEqual(expected.map(({ q_text: text }) => text));
      expect(queries.map(({ referenceId }) => `${referenceId.padStart(12, "0")}.jpg`)).toEqual(
        expected.map(({ q_img: image }) => image),
      );
    });

    it.each(["dress", "shirt", "toptee"])("has the queries and the gallery of %s", async (name) => {
      const { queries, galleries } = await readFashioniq({
        directory: join(official, "fashioniq"),
      });
      const expected = await released<ReleasedQuery>(`fashioniq_${name}_query_val.jsonl`);
      expect(
        queries
          .filter(({ groups }) => groups.includes(name))
          .map(({ text, referenceId, targets }) => [text, referenceId, ...targets.keys()]),
      ).toEqual(
        expected.map((row) => [row.q_text, /\/(\w+)\.png/u.exec(row.q_img)![1], row.positive_key]),
      );
      const corpus = await released<{ content: string }>(`fashioniq_${name}_corpus.jsonl`);
      expect(galleries.get(name)).toEqual(corpus.map(({ content }) => content));
    });

    it.each([
      "circo/submission_examples/submission_test",
      "megapairs_eval/results/mmret_base_circo",
    ])("has a submission that passes: %s", async (file) => {
      const benchmark = await readCirco({ directory: join(official, "circo"), split: "test" });
      expect(
        checkSubmission(benchmark, await readFile(join(official, `${file}.json`), "utf8")),
      ).toBe("map");
    });

    it.each(["recall", "recall_subset"])(
      "has CIRR's example of %s, which passes",
      async (metric) => {
        const benchmark = await readCirr({ directory: join(official, "cirr"), split: "test1" });
        const file = join(official, `cirr/demo_files/test1_pred_ranks_${metric}.json`);
        expect(checkSubmission(benchmark, await readFile(file, "utf8"))).toBe(metric);
      },
    );

    it("has the VAL galleries of FashionIQ, as papers count them", async () => {
      const { title, galleries } = await readFashioniq({
        directory: join(official, "fashioniq"),
        gallery: "VAL",
      });
      expect(title).toBe("FashionIQ val (VAL gallery)");
      expect([...galleries.values()].map(({ length }) => length)).toEqual([2628, 3089, 2902]);
    });
  },
);
