import type { RunDatabase } from "@megapairs/dataset";
import type { NearDuplicateRecord } from "@megapairs/spec";
import type { Relation } from "./relation.ts";

/**
 * The near duplicates that relations of a run saw, by relation in ascending order. Relations by
 * caption are left out: equal captions make no copies, different pictures may share one.
 */
export async function readCopies(
  database: Pick<RunDatabase, "readNearDuplicates">,
  relations: Readonly<Record<string, Pick<Relation, "input">>>,
): Promise<NearDuplicateRecord[]> {
  const copies: NearDuplicateRecord[] = [];
  for (const name of Object.keys(relations).toSorted()) {
    if (relations[name]?.input === "caption") continue;
    for await (const record of database.readNearDuplicates(name)) copies.push(record);
  }
  return copies;
}
