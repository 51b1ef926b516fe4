import { appendFileSync, mkdirSync, openSync, closeSync, fstatSync, readSync } from "node:fs";
import { join } from "node:path";

import type { JsonValue } from "@megapairs/spec";

import { canonicalJson } from "./canonical-json.ts";
import { fileError } from "./file-error.ts";

/** Facts of one line of the log. */
export type RunLogFields = { readonly [key: string]: JsonValue };

/** A log of what happened when, for people who look for a cause afterwards. */
export interface RunLog {
  /** The file. */
  readonly path: string;
  info(event: string, fields?: RunLogFields): void;
  /** As `error`. */
  warn(event: string, fields?: RunLogFields): void;
  /** Never throws: it tells of a failure, and must not take its place when the disk is full too. */
  error(event: string, fields?: RunLogFields): void;
}

/** Settings of {@link createRunLog}. */
export interface RunLogSettings {
  /** The clock. Default: the system's. */
  readonly now?: (() => Date) | undefined;
}

/**
 * Appends to `logs/run.jsonl` in a run directory: one JSON object a line, `{time, level, event, …}`,
 * times in UTC (ISO 8601). All clock times of a run are here, none in its manifest or tables. A
 * line is with the operating system when the call returns, so it survives a kill; a line that a
 * power cut left half written is closed before the next one.
 *
 * Throws `invalid-argument` when the directory cannot be written, `unavailable` when the disk is
 * full.
 */
export function createRunLog(
  directory: string,
  { now = () => new Date() }: RunLogSettings = {},
): RunLog {
  const path = join(directory, "logs", "run.jsonl");
  const attempt = (action: () => void): void => {
    try {
      action();
    } catch (error) {
      throw fileError(error, "write", path);
    }
  };
  attempt(() => {
    mkdirSync(join(directory, "logs"), { recursive: true });
    closeLastLine(path);
  });

  const write = (level: string, event: string, fields: RunLogFields = {}): void => {
    const facts = canonicalJson(fields, `Log event "${event}"`);
    const head = JSON.stringify({ time: now().toISOString(), level, event });
    const line = facts === "{}" ? head : `${head.slice(0, -1)},${facts.slice(1)}`;
    attempt(() => appendFileSync(path, `${line}\n`));
  };
  const tell = (level: string, event: string, fields?: RunLogFields): void => {
    try {
      write(level, event, fields);
    } catch {
      // What it tells of is reported anyway.
    }
  };
  return {
    path,
    info: (event, fields) => write("info", event, fields),
    warn: (event, fields) => tell("warn", event, fields),
    error: (event, fields) => tell("error", event, fields),
  };
}

function closeLastLine(path: string): void {
  const file = openSync(path, "a+");
  try {
    const { size } = fstatSync(file);
    const last = Buffer.alloc(1);
    if (size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) {
      appendFileSync(file, "\n");
    }
  } finally {
    closeSync(file);
  }
}
