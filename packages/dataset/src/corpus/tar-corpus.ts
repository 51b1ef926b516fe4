import { MegaPairsError } from "@megapairs/spec";
import type { CorpusEntry, CorpusV1 } from "@megapairs/spec";
import { z } from "zod";

import { brokenEntry } from "./broken-entry.ts";
import { openByteSource } from "./byte-source.ts";
import type { ByteSource } from "./byte-source.ts";
import { fileLimit } from "./corpus-settings.ts";
import type { CorpusSettings } from "./corpus-settings.ts";
import { cutShards } from "./cut-shards.ts";
import { nameArchives } from "./name-archives.ts";
import { parseShardInput } from "./shard-input.ts";
import { readTarSamples } from "./tar-samples.ts";
import type { TarSample } from "./tar-samples.ts";

/** Tar archives of images. */
export interface TarCorpusSettings extends CorpusSettings {
  /** At least one; the corpus has their order. `.tar`, or gzipped `.tar.gz` and `.tgz`. */
  readonly files: readonly string[];
}

const inputSchema = z.strictObject({
  pieces: z.array(
    z.strictObject({
      tar: z.string(),
      /** Byte offset of the first group of members. */
      start: z.int().nonnegative(),
      /** Images of that group that belong to the shard before. */
      skip: z.int().nonnegative(),
      entries: z.int().positive(),
      /** Offsets of members whose name an earlier one has. */
      repeated: z.array(z.int().nonnegative()),
    }),
  ),
});
type TarPiece = z.infer<typeof inputSchema>["pieces"][number];

/**
 * The images in tar archives, WebDataset style: `key.jpg` with `key.txt`, `key.caption` or
 * `key.json` beside it. Nothing is unpacked to disk; a shard is read from its byte offset on,
 * but a gzipped archive is unpacked from its beginning for each of its shards.
 *
 * An entry's path is the archive's name and the member's. Links, names that leave the archive, a
 * name that comes twice, a file cut short and a broken archive give an entry
 * `<archive>#<byte offset>`, or `<path>#<byte offset>` for the second of a name; all but the
 * last reject with `corrupt-data`, and so does planning when an archive cannot be opened.
 */
export function openTarCorpus(settings: TarCorpusSettings): CorpusV1 {
  const { classAsCaption = false } = settings;
  const maxFileBytes = fileLimit(settings);
  const archives = nameArchives(settings.files);
  const name = [...archives.keys()].join(", ").slice(0, 80);

  async function* listSamples(): AsyncGenerator<TarItem> {
    for (const [tar, file] of archives) {
      const names = new Set<string>();
      const source = await openArchive(file);
      const options = { start: 0, withData: false, maxFileBytes, classAsCaption };
      try {
        for await (const sample of readTarSamples(source, options)) {
          const repeated = sample.name !== undefined && names.has(sample.name);
          if (sample.name !== undefined) names.add(sample.name);
          yield { tar, sample, repeated };
        }
      } finally {
        await source.close();
      }
    }
  }

  async function* readPiece(piece: TarPiece): AsyncGenerator<CorpusEntry> {
    const file = archives.get(piece.tar);
    if (file === undefined) {
      throw new MegaPairsError("invalid-argument", `${name} has no archive ${piece.tar}`);
    }
    const source = await openArchive(file);
    const options = { start: piece.start, withData: true, maxFileBytes, classAsCaption };
    let index = 0;
    try {
      for await (const sample of readTarSamples(source, options)) {
        index += 1;
        if (index <= piece.skip) continue;
        const repeated = piece.repeated.includes(sample.member.offset);
        yield sampleEntry(piece.tar, file, sample, repeated, maxFileBytes);
        if (index === piece.skip + piece.entries) return;
      }
    } finally {
      await source.close();
    }
  }

  return {
    specificationVersion: "corpus-v1",
    name,
    plan: ({ shardSize }) =>
      cutShards(listSamples(), shardSize, (items) => ({ pieces: piecesOf(items) })),
    async *read(input) {
      const { pieces } = parseShardInput(inputSchema, input, name);
      for (const piece of pieces) yield* readPiece(piece);
    },
  };
}

interface TarItem {
  readonly tar: string;
  readonly sample: TarSample;
  readonly repeated: boolean;
}

function piecesOf(items: readonly TarItem[]): TarPiece[] {
  const pieces: TarPiece[] = [];
  for (const { tar, sample, repeated } of items) {
    let piece = pieces.at(-1);
    if (piece?.tar !== tar) {
      piece = { tar, start: sample.groupOffset, skip: sample.skip, entries: 0, repeated: [] };
      pieces.push(piece);
    }
    piece.entries += 1;
    if (repeated) piece.repeated.push(sample.member.offset);
  }
  return pieces;
}

function sampleEntry(
  tar: string,
  file: string,
  sample: TarSample,
  repeated: boolean,
  maxFileBytes: number,
): CorpusEntry {
  const { member, name, caption } = sample;
  const unnamed = `${tar}#${member.offset}`;
  if (name === undefined) return brokenEntry(unnamed, sample.problem ?? "has no name");
  const entryPath = repeated ? `${tar}/${name}#${member.offset}` : `${tar}/${name}`;
  if (sample.problem !== undefined) return brokenEntry(entryPath, sample.problem);
  if (member.size > maxFileBytes) {
    const problem = `has ${member.size} bytes, expected at most ${maxFileBytes}`;
    return brokenEntry(entryPath, problem);
  }
  return {
    path: entryPath,
    caption,
    async read() {
      const bytes = sample.bytes ?? (await readPart(file, member.dataOffset, member.size));
      if (bytes.byteLength === member.size) return bytes;
      throw new MegaPairsError(
        "corrupt-data",
        `${entryPath}: the archive ends after ${bytes.byteLength} of its ${member.size} bytes`,
      );
    },
  };
}

async function readPart(file: string, position: number, length: number): Promise<Uint8Array> {
  const source = await openArchive(file);
  try {
    return await source.read(position, length);
  } finally {
    await source.close();
  }
}

async function openArchive(file: string): Promise<ByteSource> {
  try {
    return await openByteSource(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("corrupt-data", `cannot open ${file}: ${reason}`, { cause: error });
  }
}
