import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { readMegaPairs } from "@megapairs/dataset";
import type { MegaPairsLine } from "@megapairs/dataset";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";

/** A triplet of a run's dataset with what its provenance says. */
export interface MinedTriplet extends MegaPairsLine {
  /** The pair's id. */
  readonly pair: string;
  /** The relations that found the pair, ascending. */
  readonly relations: readonly string[];
  readonly queryCaption: string | null;
  readonly targetCaption: string | null;
}

const captioned = z.object({ caption: z.string().nullable() });
const provenance = z.object({
  pair: z.string(),
  evidence: z.array(z.object({ relation: z.string() })),
  query: captioned,
  target: captioned,
});

/** Reads the dataset in an export's folder. `corrupt-data` where its two files are not of one export. */
export async function readMinedTriplets(folder: string): Promise<MinedTriplet[]> {
  const file = join(folder, "provenance.jsonl");
  const lines = createInterface({ input: createReadStream(file) })[Symbol.asyncIterator]();
  const triplets: MinedTriplet[] = [];
  for await (const line of readMegaPairs({ jsonl: join(folder, "megapairs.jsonl") })) {
    const next = await lines.next();
    if (next.done === true) {
      throw new MegaPairsError("corrupt-data", `${file} ends before line ${line.line}`);
    }
    const { pair, evidence, query, target } = provenance.parse(JSON.parse(next.value));
    triplets.push({
      ...line,
      pair,
      relations: evidence.map(({ relation }) => relation),
      queryCaption: query.caption,
      targetCaption: target.caption,
    });
  }
  return triplets;
}
