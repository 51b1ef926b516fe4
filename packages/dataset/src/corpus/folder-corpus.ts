import path from "node:path";

import type { CorpusEntry, CorpusV1 } from "@megapairs/spec";
import { z } from "zod";

import { brokenEntry } from "./broken-entry.ts";
import { fileLimit, MAX_CAPTION_BYTES } from "./corpus-settings.ts";
import type { CorpusSettings } from "./corpus-settings.ts";
import { cutShards } from "./cut-shards.ts";
import { readFolderLabels } from "./folder-labels.ts";
import { walkFolder } from "./folder-walk.ts";
import { readFileWithin } from "./read-file-within.ts";
import { parseShardInput } from "./shard-input.ts";
import { sidecarCaption } from "./sidecar-caption.ts";

/** A folder of images. */
export interface FolderCorpusSettings extends CorpusSettings {
  readonly directory: string;
}

const inputSchema = z.strictObject({
  entries: z.array(
    z.strictObject({
      path: z.string(),
      caption: z.string().exactOptional(),
      sidecar: z.string().exactOptional(),
      problem: z.string().exactOptional(),
    }),
  ),
});
type FolderItem = z.infer<typeof inputSchema>["entries"][number];

/**
 * The images below a folder, by ascending relative path in code unit order.
 *
 * An image is a file whose name ends like one; hidden files and folders, and linked folders, are
 * left out; a linked file counts when it stays in the folder and is an entry that rejects when it
 * does not. Captions come from `labels.jsonl`, `captions.jsonl` or `metadata.jsonl` at the top
 * (`file`, `file_name`, `path` or `image` with `caption`, `text` or `alt`), else from `x.txt`,
 * `x.caption` or `x.json` next to `x.jpg`. A label line that is malformed, repeats an image or
 * names one that is not there is an entry `labels.jsonl#<line>` at the end, which rejects.
 *
 * Planning rejects with `corrupt-data` when a folder cannot be listed.
 */
export function openFolderCorpus(settings: FolderCorpusSettings): CorpusV1 {
  const { directory, classAsCaption = false } = settings;
  const maxBytes = fileLimit(settings);
  const name = path.basename(path.resolve(directory));

  return {
    specificationVersion: "corpus-v1",
    name,
    plan: ({ shardSize }) =>
      cutShards(listItems(directory, classAsCaption), shardSize, (entries) => ({
        entries: entries.map((entry) => ({ ...entry })),
      })),
    async *read(input) {
      const { entries } = parseShardInput(inputSchema, input, name);
      for (const item of entries) yield await entryOf(item, directory, maxBytes, classAsCaption);
    },
  };
}

async function entryOf(
  item: FolderItem,
  root: string,
  maxBytes: number,
  classAsCaption: boolean,
): Promise<CorpusEntry> {
  const { path: file, problem } = item;
  if (problem !== undefined) return brokenEntry(file, problem);
  let { caption } = item;
  if (caption === undefined && item.sidecar !== undefined) {
    try {
      const bytes = await readFileWithin({ root, file: item.sidecar, maxBytes: MAX_CAPTION_BYTES });
      const sidecar = sidecarCaption(item.sidecar, bytes, classAsCaption);
      if (sidecar.problem !== undefined) return brokenEntry(file, sidecar.problem);
      caption = sidecar.caption;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return brokenEntry(file, `its caption file ${reason}`);
    }
  }
  return { path: file, caption, read: () => readFileWithin({ root, file, maxBytes }) };
}

async function* listItems(root: string, classAsCaption: boolean): AsyncGenerator<FolderItem> {
  const { labels, problems } = await readFolderLabels(root, classAsCaption);
  for await (const item of walkFolder(root)) {
    const label = labels.get(item.path);
    labels.delete(item.path);
    const caption = label?.caption;
    yield caption === undefined ? item : { path: item.path, caption };
  }
  for (const [file, label] of labels) {
    problems.push({ at: label.at, problem: `names ${file}, which is not an image of the folder` });
  }
  for (const { at, problem } of problems) yield { path: at, problem };
}
