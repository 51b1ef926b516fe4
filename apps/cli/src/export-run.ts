import { createHash } from "node:crypto";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { exportMegaPairs } from "@megapairs/dataset";
import type { RunDatabase } from "@megapairs/dataset";
import type { RunManifest, StageSummary } from "@megapairs/run";

/** What to export, and where to. */
export interface ExportRunOptions {
  readonly database: RunDatabase;
  readonly manifest: RunManifest;
  /** Every stage before, in order: what is exported depends on them alone. */
  readonly stages: readonly StageSummary[];
  readonly directory: string;
  readonly signal: AbortSignal;
}

/** An export that lies in its directory. */
export interface ExportedDataset {
  readonly jsonlPath: string;
  readonly triplets: number;
  readonly images: number;
  readonly bytes: number;
}

/** What an export makes of the same rows: since 2 no hard negative is another target of the instruction. */
const VERSION = 2;

/** Writes the dataset of a run, unless the one that lies there was made from the same rows. */
export async function exportRun(options: ExportRunOptions): Promise<ExportedDataset> {
  const { database, manifest, stages, directory, signal } = options;
  const jsonlPath = join(directory, "megapairs.jsonl");
  const content = JSON.stringify([VERSION, stages.map(({ name, digest }) => [name, digest])]);
  const identity = createHash("sha256").update(content).digest("hex");
  const known = manifest.stage("export");
  if (known?.identity === identity && (await exists(jsonlPath))) {
    const { triplets = 0, images = 0, bytes = 0 } = known.rows;
    return { jsonlPath, triplets, images, bytes };
  }
  const written = await exportMegaPairs({ database, directory, overwrite: true, signal });
  const { triplets, images, bytes } = written;
  await database.sync();
  await manifest.put("export", {
    identity,
    version: VERSION,
    settings: {},
    inputs: stages.map((stage) => stage.identity),
    fingerprints: {},
    plan: identity,
    state: "done",
    shards: 1,
    items: triplets,
    rows: { triplets, images, bytes },
    rejected: 0,
    digest: identity,
  });
  return { jsonlPath, triplets, images, bytes };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
