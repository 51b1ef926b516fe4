import type { RunDatabase } from "@megapairs/dataset";
import type { NearDuplicateRecord } from "@megapairs/spec";
import { seesCopies } from "./relation.ts";
import type { Relation } from "./relation.ts";

/** The near duplicates of those relations of a run that see copies, by ascending relation name. */
export async function readCopies(
  database: Pick<RunDatabase, "readNearDuplicates">,
  relations: Readonly<Record<string, Pick<Relation, "input" | "nearDuplicates">>>,
): Promise<NearDuplicateRecord[]> {
  const copies: NearDuplicateRecord[] = [];
  for (const name of Object.keys(relations).toSorted()) {
    if (!seesCopies(relations[name]!)) continue;
    for await (const record of database.readNearDuplicates(name)) copies.push(record);
  }
  return copies;
}
