import { rename, rm } from "node:fs/promises";
import { createNpyWriter } from "@megapairs/dataset";
import { embedStream } from "@megapairs/embed";
import type { EmbedImage } from "@megapairs/embed";
import { createProgress } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import type { CorpusV1, EncoderV1, RejectRecord } from "@megapairs/spec";
import { prepareOutputFile, writeOutputFile } from "./output-file.ts";
import { rejectOf } from "./stages/reject-of.ts";

/** What to embed and where the vectors go. */
export interface EmbedCorpusOptions {
  readonly corpus: CorpusV1;
  readonly encoder: EncoderV1;
  readonly input: "image" | "caption";
  readonly vectorsFile: string;
  readonly idsFile: string;
  readonly rejectsFile?: string | undefined;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** What was embedded. */
export interface EmbedCorpusResult {
  readonly model: string;
  readonly fingerprint: string;
  readonly rows: number;
  readonly dimensions: number;
  readonly rejects: readonly RejectRecord[];
  readonly imagesPerSecond: number;
}

const SHARD = 256;

/** Embeds a corpus into a `.npy` file and a list of paths; both appear when everything is done. */
export async function embedCorpus(options: EmbedCorpusOptions): Promise<EmbedCorpusResult> {
  const { corpus, encoder, input, vectorsFile, idsFile, rejectsFile, json, signal } = options;
  await prepareFiles([vectorsFile, idsFile, rejectsFile].filter((file) => file !== undefined));
  const shards = await Array.fromAsync(corpus.plan({ shardSize: SHARD }));
  const total = shards.reduce((sum, { entries }) => sum + entries, 0);

  const rejects: RejectRecord[] = [];
  async function* images(): AsyncGenerator<EmbedImage> {
    for (const shard of shards) {
      for await (const entry of corpus.read(shard.input)) {
        try {
          const { path: id, caption } = entry;
          assertOneLine(id);
          yield { id, bytes: await entry.read(), ...(caption && { caption }) };
        } catch (error) {
          rejects.push(rejectOf(entry.path, error));
        }
      }
    }
  }

  const startedAt = performance.now();
  const progress = createProgress({ json }).stage("embed", total);
  const partial = `${vectorsFile}.partial`;
  const writer = await createNpyWriter(partial, { columns: encoder.dimensions });
  const ids: string[] = [];
  try {
    const relations = [{ name: "vectors", encoder, input }];
    for await (const batch of embedStream({ relations, images: images(), signal })) {
      for (const { imageId, vector } of batch.embeddings["vectors"] ?? []) {
        await writer.append(vector);
        ids.push(imageId);
      }
      rejects.push(...batch.rejects);
      progress.advance(batch.images);
      progress.reject(batch.rejects.length);
    }
    await writer.close();
    await writeOutputFile(idsFile, ids.map((id) => `${id}\n`).join(""));
    if (rejectsFile !== undefined) {
      const lines = rejects.map((reject) => `${JSON.stringify(reject)}\n`);
      await writeOutputFile(rejectsFile, lines.join(""));
    }
    await rename(partial, vectorsFile);
    progress.end();
  } catch (error) {
    progress.stop();
    await writer.close().catch(() => undefined);
    await rm(partial, { force: true });
    throw error;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    model: encoder.modelId,
    fingerprint: encoder.fingerprint,
    rows: ids.length,
    dimensions: encoder.dimensions,
    rejects,
    imagesPerSecond: ids.length / seconds,
  };
}

async function prepareFiles(files: readonly string[]): Promise<void> {
  if (new Set(files).size < files.length) {
    throw new MegaPairsError(
      "invalid-argument",
      "--out, --ids and --rejects must be different files.",
    );
  }
  for (const file of files) await prepareOutputFile(file);
}

/** A line break in a name would set all ids behind it apart from their rows. */
function assertOneLine(path: string): void {
  if (!/[\n\r]/.test(path)) return;
  throw new MegaPairsError(
    "unsupported",
    "its name has a line break, which a list of ids cannot hold",
  );
}
