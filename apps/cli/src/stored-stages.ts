import type { RunDatabase } from "@megapairs/dataset";
import type { RunManifest, StageSummary } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";

/** Vectors are kept by what made them, whichever runs of the stage that were: see `createVectors`. */
const KEPT = "embed";

/**
 * Forgets stages and their rows. Rows go before the manifest's entry, the last stage first, so that a
 * kill in between is noticed and not forgotten.
 */
export async function discardStages(
  names: readonly string[],
  { manifest, database }: { readonly manifest: RunManifest; readonly database: RunDatabase },
): Promise<void> {
  const stored = await database.stages();
  for (const name of names.toReversed()) {
    const known = manifest.stage(name);
    const begun = known === undefined || name === "export" ? [] : [known];
    const rowsOf = [...stored.filter(({ stage }) => stage === name), ...begun];
    for (const { identity, rows } of name === KEPT ? [] : rowsOf) {
      await database.removeStage(identity, Object.keys(rows));
    }
    await manifest.forget(name);
  }
}

/**
 * Throws `corrupt-data` when the database holds rows of a stage that were made with other settings
 * than those of `summary`, as it does when somebody removed `run.json`: readers would mix them.
 */
export async function assertOnlyRows(
  database: RunDatabase,
  { name, identity }: StageSummary,
): Promise<void> {
  if (name === KEPT) return;
  const stored = await database.stages();
  const stranger = stored.find((other) => other.stage === name && other.identity !== identity);
  if (stranger === undefined) return;
  throw new MegaPairsError(
    "corrupt-data",
    `${database.uri} holds ${stranger.shards} shards of stage "${name}" made with other settings, which run.json does not know`,
    { details: { stage: name } },
  );
}
