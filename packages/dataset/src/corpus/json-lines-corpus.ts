import path from "node:path";

import type { CorpusEntry, CorpusV1 } from "@megapairs/spec";
import { z } from "zod";

import { brokenEntry } from "./broken-entry.ts";
import { parseCaptionLine } from "./caption-line.ts";
import type { CaptionLine } from "./caption-line.ts";
import { fileLimit } from "./corpus-settings.ts";
import type { CorpusSettings } from "./corpus-settings.ts";
import { cutShards } from "./cut-shards.ts";
import { relativePathWithin } from "./file-name.ts";
import { readFileWithin } from "./read-file-within.ts";
import { readLines } from "./read-lines.ts";
import { createSeenStrings } from "./seen-strings.ts";
import { parseShardInput } from "./shard-input.ts";

/** A JSON Lines file that names images. */
export interface JsonLinesCorpusSettings extends CorpusSettings {
  readonly file: string;
  /** Folder that holds the images; absolute paths must lie in it. Default: that of the file. */
  readonly imageRoot?: string | undefined;
}

const inputSchema = z.strictObject({
  /** Byte offset of the first line. */
  start: z.int().nonnegative(),
  /** Number of the first line. */
  line: z.int().positive(),
  entries: z.int().positive(),
  /** Lines that name an image of an earlier line. */
  repeated: z.array(z.int().positive()),
});

/**
 * The images that a JSON Lines file names, in its order: `{"image": "x.jpg", "caption": "…"}`,
 * where `file`, `file_name` and `path` do for `image`, and `text` and `alt` for `caption`.
 *
 * A malformed line and one whose image leaves `imageRoot` is an entry `<file>#<line>` that
 * rejects with `corrupt-data`; an image named again is an entry `<path>#<line>`. Blank lines do
 * not count. Planning rejects with `corrupt-data` when the file cannot be read.
 */
export function openJsonLinesCorpus(settings: JsonLinesCorpusSettings): CorpusV1 {
  const { file, classAsCaption = false } = settings;
  const root = path.resolve(settings.imageRoot ?? path.dirname(file));
  const maxBytes = fileLimit(settings);
  const name = path.basename(file);

  async function* listLines(): AsyncGenerator<{ start: number; line: number; repeated: boolean }> {
    const seen = createSeenStrings();
    for await (const line of readLines(file)) {
      const image = imagePath(parseCaptionLine(line, classAsCaption), root);
      const repeated = image !== undefined && seen(image);
      yield { start: line.offset, line: line.number, repeated };
    }
  }

  return {
    specificationVersion: "corpus-v1",
    name,
    plan: ({ shardSize }) =>
      cutShards(listLines(), shardSize, (lines) => ({
        start: lines[0].start,
        line: lines[0].line,
        entries: lines.length,
        repeated: lines.filter(({ repeated }) => repeated).map(({ line }) => line),
      })),
    async *read(input) {
      const { start, line: first, entries, repeated } = parseShardInput(inputSchema, input, name);
      let left = entries;
      for await (const line of readLines(file, { start })) {
        const number = first + line.number - 1;
        const at = `${name}#${number}`;
        const parsed = parseCaptionLine(line, classAsCaption);
        const image = imagePath(parsed, root);
        const entryPath = repeated.includes(number) ? `${image}#${number}` : image;
        yield lineEntry(parsed, image, entryPath, at);
        left -= 1;
        if (left === 0) return;
      }
    },
  };

  function lineEntry(
    parsed: CaptionLine,
    image: string | undefined,
    entryPath: string | undefined,
    at: string,
  ): CorpusEntry {
    if (parsed.problem !== undefined) return brokenEntry(at, parsed.problem);
    if (image === undefined || entryPath === undefined) {
      return brokenEntry(at, `names ${parsed.path}, which is not in ${root}`);
    }
    return {
      path: entryPath,
      caption: parsed.caption,
      read: () => readFileWithin({ root, file: image, maxBytes }),
    };
  }
}

function imagePath(parsed: CaptionLine, root: string): string | undefined {
  return parsed.problem === undefined ? relativePathWithin(root, parsed.path) : undefined;
}
