import { mkdir, stat, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { CorpusV1 } from "@megapairs/spec";

/** Writes a corpus' pictures and `captions.jsonl` into a folder; what is there already stays. */
export async function writePictures(folder: string, corpus: CorpusV1): Promise<string> {
  const file = join(folder, "captions.jsonl");
  if (await stat(file).catch(() => undefined)) return file;
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  for await (const shard of corpus.plan({ shardSize: 100 })) {
    for await (const entry of corpus.read(shard.input)) {
      const image = basename(entry.path);
      await writeFile(join(folder, image), await entry.read());
      lines.push(JSON.stringify({ image, caption: entry.caption }));
    }
  }
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}
