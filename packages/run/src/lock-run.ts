import { randomUUID } from "node:crypto";
import { link, readFile, rename, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { MegaPairsError } from "@megapairs/spec";

import { fileError, systemCode } from "./file-error.ts";
import { isRunning, processStart } from "./process-start.ts";

/** A held lock. */
export interface RunLock {
  /** Gives the directory free. Calling it twice is harmless. */
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  /** See {@link processStart}; null where the system does not tell. */
  readonly start: string | null;
  readonly host: string;
  /** Unique to the taking of one lock. */
  readonly token: string;
}

const FILE_NAME = "run.lock";
/** Each further try means that another process changed the lock in between. */
const MAX_TRIES = 100;

/**
 * Takes a run directory for this process, so that no two processes write one run. A lock whose
 * process is dead, by SIGKILL or power cut, is taken over; a process id that the system has given
 * to another process since is told apart by its start time (Linux).
 *
 * Rejects with `invalid-argument` when a live process holds the lock (`run directory … is in use
 * by process 123`), when the directory is missing or cannot be written, and when the lock was
 * taken on another host, where nobody can see from here whether its process lives.
 * `corrupt-data` when `run.lock` is not a lock.
 *
 * A stale lock is inherited, not deleted: `run.lock.<token of the dead>` can be linked once, and
 * only its owner may replace the lock. An heir that dies on the way is inherited from likewise.
 */
export async function lockRun(directory: string): Promise<RunLock> {
  const path = join(directory, FILE_NAME);
  const self: Holder = {
    pid: process.pid,
    start: (await processStart(process.pid)) ?? null,
    host: hostname(),
    token: randomUUID(),
  };
  const own = `${path}.${self.token}.tmp`;
  try {
    await writeFile(own, `${JSON.stringify(self)}\n`, { flag: "wx", flush: true });
  } catch (error) {
    throw fileError(error, "lock run directory", directory);
  }
  try {
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      if (await takeLock(directory, path, own)) {
        return { release: () => releaseLock(path, self.token) };
      }
    }
  } catch (error) {
    if (MegaPairsError.isInstance(error)) throw error;
    throw fileError(error, "lock run directory", directory);
  } finally {
    await removeIfThere(own);
  }
  throw new MegaPairsError(
    "unavailable",
    `Cannot lock run directory ${directory}: its lock changed ${MAX_TRIES} times meanwhile`,
  );
}

/** One try: true when the lock is ours, false when it has to be looked at again. */
async function takeLock(directory: string, path: string, own: string): Promise<boolean> {
  if (await linked(own, path)) return true;
  const dead = await readHolder(path);
  if (dead === undefined) return false;
  const claims: string[] = [];
  for (let holder = dead; ;) {
    await refuseIfInUse(directory, path, holder);
    const claim = `${path}.${holder.token}`;
    claims.push(claim);
    if (await linked(own, claim)) break;
    const heir = await readHolder(claim);
    if (heir === undefined) return false;
    holder = heir;
  }
  const mayReplace = (await readHolder(path))?.token === dead.token;
  if (mayReplace) await rename(own, path);
  else claims.splice(0, claims.length - 1);
  for (const claim of claims.toReversed()) await removeIfThere(claim);
  return mayReplace;
}

async function refuseIfInUse(directory: string, path: string, holder: Holder): Promise<void> {
  const { pid, start, host } = holder;
  const details = { pid, host };
  if (host !== hostname()) {
    throw new MegaPairsError(
      "invalid-argument",
      `Run directory ${directory} is in use by process ${pid} on host ${host}: ` +
        `remove ${path} if that process has ended`,
      { details },
    );
  }
  if (!(await isRunning(pid, start ?? undefined))) return;
  throw new MegaPairsError(
    "invalid-argument",
    `Run directory ${directory} is in use by process ${pid}`,
    { details },
  );
}

async function releaseLock(path: string, token: string): Promise<void> {
  if ((await readHolder(path))?.token === token) await removeIfThere(path);
}

async function readHolder(path: string): Promise<Holder | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw fileError(error, "read", path);
  }
  const holder = parsedOrUndefined(text);
  if (isHolder(holder)) return holder;
  throw new MegaPairsError(
    "corrupt-data",
    `${path} is not the lock of a run: remove it if no process uses the directory`,
  );
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  if (typeof value !== "object" || value === null) return false;
  const { pid, start, host, token } = value as Partial<Record<keyof Holder, unknown>>;
  return (
    Number.isSafeInteger(pid) &&
    Number(pid) > 0 &&
    (start === null || typeof start === "string") &&
    typeof host === "string" &&
    typeof token === "string" &&
    /^[0-9a-f-]{36}$/.test(token)
  );
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw fileError(error, "remove", path);
  }
}
