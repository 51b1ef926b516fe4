import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { FlowStage, RejectCount } from "@megapairs/report";
import type { RunRecord } from "@megapairs/run";
import { tableWords } from "../table-words.ts";
import type { RunFacts } from "../run-facts.ts";

/** What stages do to what, for readers. */
const WORDS: Readonly<Record<string, readonly [what: string, inputUnit: string]>> = {
  ingest: ["read, check, name by content", "files"],
  embed: ["one vector of each relation for an image", "images"],
  neighbours: ["the most similar in a band of cosines", "vectors"],
  guard: ["keep out of pairs what evaluation sets hold", "evaluation pictures"],
  pairs: ["unite relations, draw hard negatives", "images"],
  describe: ["a VLM says what two images share", "pairs"],
  instruct: ["retrieval instructions out of descriptions", "descriptions"],
  export: ["JSON Lines and tars", "triplets"],
};

/**
 * The stages of a run with what they took, gave and left out; how long they took as far as its log tells:
 * of a stage that was done in one go.
 */
export async function runFlow(
  directory: string,
  { stages }: RunRecord,
  { rejects }: Pick<RunFacts, "rejects">,
): Promise<FlowStage[]> {
  const seconds = await stageSeconds(join(directory, "logs/run.jsonl"));
  return Object.entries(stages)
    .filter(([, { state }]) => state === "done")
    .map(([name, { identity, items, rows }]) => {
      const [what, inputUnit] = WORDS[name] ?? ["", "items"];
      return {
        name,
        what,
        input: items,
        inputUnit,
        outputs: outputsOf(rows),
        rejects: countRejects(rejects.filter(({ stage }) => stage === name)),
        seconds: seconds.get(identity),
      };
    });
}

function outputsOf(rows: Readonly<Record<string, number>>): Record<string, number> {
  const { bytes: _, ...tables } = rows;
  return Object.fromEntries(
    Object.entries(tables).map(([table, count]) => {
      const { family, relation } = tableWords(table);
      return [relation === undefined ? family : `${family} ${relation}`, count];
    }),
  );
}

function countRejects(rejects: RunFacts["rejects"]): RejectCount[] {
  return [...Map.groupBy(rejects, ({ code }) => code)].map(([code, some]) => {
    const { item, reason } = some[0]!;
    return { code, count: some.length, example: `${item}: ${reason}` };
  });
}

/** By identity. A log is for people: lines that say something else are passed over. */
async function stageSeconds(file: string): Promise<ReadonlyMap<string, number>> {
  const seconds = new Map<string, number>();
  const log = await readFile(file, "utf8").catch(() => "");
  for (const line of log.split("\n")) {
    if (!line.includes('"stage-done"')) continue;
    try {
      const { identity, elapsedMs, resumedShards } = JSON.parse(line);
      if (resumedShards === 0 && elapsedMs >= 0) seconds.set(identity, elapsedMs / 1000);
    } catch {
      // Cut short by a kill.
    }
  }
  return seconds;
}
