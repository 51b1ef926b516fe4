import { readdir, realpath, stat } from "node:fs/promises";
import path from "node:path";

import { MegaPairsError } from "@megapairs/spec";

import fields from "./caption-fields.json" with { type: "json" };
import { isHiddenName, isImageName } from "./file-name.ts";
import { isWithin } from "./read-file-within.ts";

/** An image file of a folder. */
export interface FolderFile {
  /** Relative, with forward slashes. */
  readonly path: string;
  /** The file beside it that may hold its caption. */
  readonly sidecar?: string;
  /** Why it cannot be used. */
  readonly problem?: string;
}

/** Images below a folder, by ascending relative path. Rejects with `corrupt-data` as planning does. */
export async function* walkFolder(root: string): AsyncGenerator<FolderFile> {
  const realRoot = await realpath(root).catch((error: unknown) => {
    throw unreadable(root, error);
  });
  yield* walk(realRoot, "");
}

async function* walk(realRoot: string, folder: string): AsyncGenerator<FolderFile> {
  const listed = await readdir(path.join(realRoot, folder), { withFileTypes: true }).catch(
    (error: unknown) => {
      throw unreadable(folder === "" ? realRoot : folder, error);
    },
  );
  const names = new Set(listed.map((entry) => entry.name));
  const sorted = listed
    .filter((entry) => !isHiddenName(entry.name))
    .map((entry) => ({ entry, key: entry.isDirectory() ? `${entry.name}/` : entry.name }))
    .toSorted((left, right) => (left.key < right.key ? -1 : 1));
  for (const { entry } of sorted) {
    const file = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(realRoot, file);
    else if (isImageName(file)) {
      if (entry.isSymbolicLink()) {
        const problem = await linkProblem(realRoot, file);
        if (problem === "folder") continue;
        if (problem !== undefined) {
          yield { path: file, problem };
          continue;
        }
      }
      const stem = entry.name.slice(0, entry.name.lastIndexOf("."));
      const sidecar = fields.sidecars.map((end) => `${stem}.${end}`).find((end) => names.has(end));
      yield sidecar === undefined
        ? { path: file }
        : { path: file, sidecar: path.posix.join(folder, sidecar) };
    }
  }
}

async function linkProblem(realRoot: string, file: string): Promise<string | undefined> {
  try {
    const real = await realpath(path.join(realRoot, file));
    if ((await stat(real)).isDirectory()) return "folder";
    return isWithin(realRoot, real) ? undefined : `is a link out of the folder, to ${real}`;
  } catch (error) {
    return `is a link that leads nowhere: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function unreadable(folder: string, error: unknown): MegaPairsError {
  const reason = error instanceof Error ? error.message : String(error);
  return new MegaPairsError("corrupt-data", `cannot list ${folder}: ${reason}`, { cause: error });
}
