import {
  copyFile,
  lstat,
  mkdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { ListFileEntry } from "@huggingface/hub";
import { downloadFile, listFiles, modelInfo } from "@huggingface/hub";
import { MegaPairsError } from "@megapairs/spec";
import { listFolder } from "../files/list-folder.ts";
import { checkModelId, checkPath, checkRevision } from "./check-hub-names.ts";
import { downloadBlob } from "./download-blob.ts";
import { hubError } from "./hub-error.ts";
import type { HubSettings, ResolvedHubSettings } from "./hub-settings.ts";
import { resolveHubSettings } from "./hub-settings.ts";

/** Settings of {@link resolveHubModel}. */
export interface ResolveHubModelSettings extends HubSettings {
  /** `owner/name`. */
  readonly id: string;
  /** Chooses the files to fetch out of all files of the model. May throw. */
  readonly select: (paths: readonly string[]) => readonly string[];
}

/** A model's files on this machine. */
export interface HubModel {
  /** Folder that holds the selected files under their paths, and perhaps others. */
  readonly folder: string;
  /** Commit. */
  readonly revision: string;
}

/**
 * Makes sure that some files of a hub model are in the cache, and says where. The cache has the
 * layout of the Python library `huggingface_hub`, and shares its files; every file is checked
 * against the hub's digest before it gets its name.
 *
 * Rejects with `invalid-argument` where the id or revision is none, or offline where the model is
 * not in the cache; `rejected` where the hub has no such model or forbids it; `overloaded`,
 * `unavailable` where it cannot answer; `invalid-output` where the bytes are others than it said;
 * `corrupt-data` where it names files outside the model.
 */
export async function resolveHubModel(settings: ResolveHubModelSettings): Promise<HubModel> {
  const hub = resolveHubSettings(settings);
  const { id, select } = settings;
  checkModelId(id);
  checkRevision(hub.revision);
  hub.signal?.throwIfAborted();
  const store = join(hub.cacheDirectory, `models--${id.replaceAll("/", "--")}`);
  if (hub.isOffline) return findInCache(id, store, hub.revision, select);
  try {
    return await fetchIntoCache(id, store, hub, select);
  } catch (error) {
    hub.signal?.throwIfAborted();
    throw hubError(error, `${id} at ${hub.revision} from ${hub.hubUrl}`);
  }
}

async function findInCache(
  id: string,
  store: string,
  revision: string,
  select: ResolveHubModelSettings["select"],
): Promise<HubModel> {
  const named = await readFile(join(store, "refs", revision), "utf8").catch(() => revision);
  const commit = named.trim();
  const folder = join(store, "snapshots", commit);
  const found = /^[\w-]+$/u.test(commit) ? await stat(folder).catch(() => undefined) : undefined;
  if (found === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `${id} at ${revision} is not in the cache ${store}, expected it there to work offline`,
    );
  }
  select(await listFolder(folder));
  return { folder, revision: commit };
}

async function fetchIntoCache(
  id: string,
  store: string,
  hub: ResolvedHubSettings,
  select: ResolveHubModelSettings["select"],
): Promise<HubModel> {
  const { hubUrl, fetch, token, signal } = hub;
  const access = { hubUrl, fetch, ...(token === undefined ? {} : { accessToken: token }) };
  const info = await modelInfo({
    name: id,
    revision: hub.revision,
    additionalFields: ["sha"],
    ...access,
  });
  const commit = checkDigest(info.sha, "commit", id);
  const entries = new Map<string, ListFileEntry>();
  for await (const entry of listFiles({ repo: id, revision: commit, recursive: true, ...access })) {
    if (entry.type === "file") entries.set(entry.path, entry);
  }
  const folder = join(store, "snapshots", commit);
  for (const path of select([...entries.keys()])) {
    checkPath(path, id);
    const entry = entries.get(path);
    if (entry === undefined) {
      throw new MegaPairsError("invalid-argument", `${id} has no file ${path}`);
    }
    const oid = checkDigest(entry.lfs?.oid ?? entry.oid, path, id);
    const target = join(store, "blobs", oid);
    if ((await stat(target).catch(() => undefined)) === undefined) {
      const blob = await downloadFile({ repo: id, path, revision: commit, ...access });
      if (blob === null) throw new MegaPairsError("rejected", `${id} has no file ${path}`);
      await downloadBlob(blob, target, { path, size: entry.size, oid }, signal);
    }
    await link(target, join(folder, path));
  }
  if (commit !== hub.revision) await writeWhole(join(store, "refs", hub.revision), commit);
  return { folder, revision: commit };
}

function checkDigest(digest: string | undefined, subject: string, id: string): string {
  if (digest !== undefined && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/u.test(digest)) return digest;
  throw new MegaPairsError(
    "invalid-output",
    `the hub gives ${digest ?? "nothing"} as digest of ${subject} in ${id}, expected 40 or 64 hex digits`,
  );
}

/** Names a blob in a snapshot: a relative link, or a copy where the file system has none. */
async function link(blob: string, path: string): Promise<void> {
  if ((await lstat(path).catch(() => undefined)) !== undefined) return;
  await mkdir(dirname(path), { recursive: true });
  const attempt = symlink(relative(dirname(path), blob), path);
  await attempt.catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") await copyFile(blob, path);
  });
}

async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } finally {
    await rm(draft, { force: true });
  }
}
