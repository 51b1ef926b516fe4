import { createHash } from "node:crypto";
import type { ImageRow, RunDatabase } from "@megapairs/dataset";
import { inspectImage } from "@megapairs/image";
import type { ImageLimits } from "@megapairs/image";
import type { Stage } from "@megapairs/run";
import type { CorpusEntry, CorpusV1, RejectRecord } from "@megapairs/spec";
import { once } from "./once.ts";
import { DuplicateFile, rejectOf } from "./reject-of.ts";
import { toRows } from "./to-rows.ts";

/** What {@link createIngestStage} reads and how. */
export interface IngestStageSettings {
  readonly corpus: CorpusV1;
  readonly database: RunDatabase;
  readonly limits: Partial<ImageLimits>;
  readonly shardSize: number;
}

/**
 * Corpus → `images`. Reads each file, checks its header, and gives it its id. Of files with the
 * same bytes the first in corpus order stays; the others are rejected as duplicates of it.
 */
export function createIngestStage(settings: IngestStageSettings): Stage {
  const { corpus, database, limits, shardSize } = settings;
  const firstPaths = once(() => knownPaths(database));

  return {
    name: "ingest",
    version: 1,
    resource: "cpu",
    settings: { corpus: corpus.name, limits: { ...limits }, shardSize },
    inputs: [],
    tables: ["images"],
    concurrency: 1,

    async *plan() {
      for await (const { id, entries, input } of corpus.plan({ shardSize })) {
        yield { shard: id, items: entries, input };
      }
    },

    async execute({ input, signal, report }) {
      const known = await firstPaths();
      const images: ImageRow[] = [];
      const rejects: RejectRecord[] = [];
      let done = 0;
      for await (const entry of corpus.read(input)) {
        signal.throwIfAborted();
        try {
          images.push(await readEntry(entry, images.length, limits, known));
        } catch (error) {
          rejects.push(rejectOf(entry.path, error));
        }
        report((done += 1));
      }
      return { tables: { images: toRows(images) }, rejects };
    },
  };
}

/** Which path an id was first found at, for the shards done in earlier runs. */
async function knownPaths(database: RunDatabase): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for await (const { id, path } of database.readImages()) paths.set(id, path);
  return paths;
}

async function readEntry(
  entry: CorpusEntry,
  ordinal: number,
  limits: Partial<ImageLimits>,
  known: Map<string, string>,
): Promise<ImageRow> {
  const bytes = await entry.read();
  const { mediaType, width, height } = await inspectImage(bytes, { limits });
  const id = createHash("sha256").update(bytes).digest("hex");
  const first = known.get(id) ?? entry.path;
  if (first !== entry.path) throw new DuplicateFile(first);
  known.set(id, entry.path);
  const { path, caption } = entry;
  return { id, path, ordinal, mediaType, width, height, bytes, ...(caption && { caption }) };
}
