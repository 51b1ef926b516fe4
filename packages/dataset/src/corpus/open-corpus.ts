import { readdir, stat } from "node:fs/promises";
import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";
import type { CorpusV1 } from "@megapairs/spec";

import type { CorpusSettings } from "./corpus-settings.ts";
import { isHiddenName, isImageName } from "./file-name.ts";
import { openFolderCorpus } from "./folder-corpus.ts";
import { openJsonLinesCorpus } from "./json-lines-corpus.ts";
import { openTarCorpus } from "./tar-corpus.ts";

const TAR = /\.(?:tar|tar\.gz|tgz)$/iu;
const JSON_LINES = /\.(?:jsonl|ndjson)$/iu;

/**
 * Opens the corpus at a path: a JSON Lines file, a tar, a folder of tars (at its top, by name), or
 * else a folder of images.
 *
 * Rejects with `invalid-argument` when there is nothing, something else, or a folder whose top
 * holds both tars and images.
 */
export async function openCorpus(
  location: string,
  settings: CorpusSettings = {},
): Promise<CorpusV1> {
  const found = await stat(location).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MegaPairsError("invalid-argument", `there is no corpus at ${location}: ${reason}`, {
      cause: error,
    });
  });
  if (found.isDirectory()) return await openFolder(location, settings);
  if (found.isFile() && JSON_LINES.test(location)) {
    return openJsonLinesCorpus({ ...settings, file: location });
  }
  if (found.isFile() && TAR.test(location))
    return openTarCorpus({ ...settings, files: [location] });
  throw new MegaPairsError(
    "invalid-argument",
    `${location} is no corpus; expected a folder, .jsonl, .tar, .tar.gz or .tgz`,
  );
}

async function openFolder(directory: string, settings: CorpusSettings): Promise<CorpusV1> {
  const names = (await readdir(directory)).filter((name) => !isHiddenName(name));
  const tars = names.filter((name) => TAR.test(name)).toSorted();
  if (tars.length === 0) return openFolderCorpus({ ...settings, directory });
  const images = names.filter(isImageName).length;
  if (images > 0) {
    throw new MegaPairsError(
      "invalid-argument",
      `${directory} holds ${tars.length} tars and ${images} images; expected one or the other`,
    );
  }
  return openTarCorpus({ ...settings, files: tars.map((name) => path.join(directory, name)) });
}
