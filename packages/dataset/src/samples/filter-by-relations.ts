import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";

import { readLines } from "../corpus/read-lines.ts";

/** Which lines of a dataset to keep. */
export interface FilterByRelationsOptions {
  /** The dataset; `provenance.jsonl` lies beside it, line for line. */
  readonly jsonl: string;
  /** Lines that it holds. */
  readonly count: number;
  /** A line is kept when one of these found its pair. */
  readonly relations: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

const provenance = z.object({ evidence: z.array(z.object({ relation: z.string() })).min(1) });

/**
 * The places, from 0, of the lines whose pair one of the relations found. Rejects with
 * `invalid-argument` when nothing says so, or no line was found by any of them; with `corrupt-data`
 * when the provenance is not that of the dataset.
 */
export async function filterByRelations(options: FilterByRelationsOptions): Promise<Uint32Array> {
  const { jsonl, count, relations, signal } = options;
  const file = path.join(path.dirname(jsonl), "provenance.jsonl");
  const wanted = new Set(relations);
  const known = new Set<string>();
  const places = new Uint32Array(count);
  let [kept, lines] = [0, 0];
  for await (const { text, number } of readLines(file, { maxLineBytes: MAX_LINE_BYTES })) {
    signal?.throwIfAborted();
    const found = relationsOf(text);
    if (found === undefined) {
      throw new MegaPairsError(
        "corrupt-data",
        `${file}#${number} does not say which relations found its pair`,
      );
    }
    if (lines < count && found.some((relation) => wanted.has(relation))) places[kept++] = lines;
    for (const relation of found) known.add(relation);
    lines += 1;
  }
  if (lines !== count) {
    throw new MegaPairsError(
      "corrupt-data",
      `${file} has ${lines} lines, expected ${count}: one for each of ${jsonl}`,
    );
  }
  if (kept > 0) return places.slice(0, kept);
  throw new MegaPairsError(
    "invalid-argument",
    `no pair of ${jsonl} was found by ${relations.join(" or ")}, only by ${[...known].toSorted().join(", ") || "none"}`,
  );
}

const MAX_LINE_BYTES = 16 * 2 ** 20;

function relationsOf(text: string | undefined): string[] | undefined {
  try {
    return provenance.parse(JSON.parse(text ?? "")).evidence.map(({ relation }) => relation);
  } catch {
    return undefined;
  }
}
