import { performance } from "node:perf_hooks";

import {
  progressBar,
  progressText,
  summaryText,
  type Paint,
  type ProgressState,
} from "./progress-line.ts";
import { createRate } from "./rate.ts";
import { summaryFacts, type StageSummary } from "./stage-summary.ts";

/** What progress is written to: `process.stderr`, or anything like it. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  /** Width of the terminal. */
  readonly columns?: number | undefined;
}

/** Settings of {@link createProgress}. */
export interface ProgressSettings {
  /** Default: `process.stderr`, so that standard output stays free for results. */
  readonly stream?: ProgressStream | undefined;
  /** One updating line instead of a line now and then. Default: what the stream says. */
  readonly isTTY?: boolean | undefined;
  /** One JSON object a line instead of text for people. Default false. */
  readonly json?: boolean | undefined;
  /** Colours on a terminal. Default: unless `NO_COLOR` is set (no-color.org). */
  readonly color?: boolean | undefined;
  /** Monotonic clock in milliseconds. Default: `performance.now`. */
  readonly now?: (() => number) | undefined;
}

/** Options of one stage of a {@link ProgressReporter}. */
export interface StageProgressOptions {
  /** Items done before: shown as done, left out of the rate. Default 0. */
  readonly resumedItems?: number | undefined;
}

/** Progress of one stage. */
export interface StageProgress {
  /** So many items more are done. */
  advance(items: number): void;
  /** So many items more were rejected. They are among the items done. */
  reject(items: number): void;
  /** The stage has ended; `text` stands in place of its counts of rows. */
  finish(summary: StageSummary, text?: string): void;
  /** Work that is no stage of a run has ended: leaves the last state on a line of its own. */
  end(): void;
  /** The stage was interrupted or failed: leaves the last state on a line of its own. */
  stop(): void;
}

/** Shows how far a run is. */
export interface ProgressReporter {
  stage(name: string, totalItems: number, options?: StageProgressOptions): StageProgress;
}

/** How often a terminal's line, a machine's line, and a log's line are written at most. */
const TTY_INTERVAL_MS = 100;
const JSON_INTERVAL_MS = 1000;
const LOG_INTERVAL_MS = 5000;
const RATE_MEMORY_MS = 30_000;
const CLEAR_LINE = "\r\u001B[2K";

/**
 * Shows progress on a terminal as one updating line with a bar, rate, time left and rejects; in a
 * log as a plain line at most every 5 s; with `json` as events `stage`, `progress`, `done` and
 * `stopped`, one JSON object a line, `progress` at most once a second. It keeps no timer: lines
 * come when items do.
 */
export function createProgress({
  stream = process.stderr,
  isTTY = stream.isTTY === true,
  json = false,
  color = isTTY && (process.env["NO_COLOR"] ?? "") === "",
  now = () => performance.now(),
}: ProgressSettings = {}): ProgressReporter {
  const paint: Paint = (code, text) => (color ? `\u001B[${code}m${text}\u001B[0m` : text);
  const intervalMs = json ? JSON_INTERVAL_MS : isTTY ? TTY_INTERVAL_MS : LOG_INTERVAL_MS;

  const writeEvent = (event: string, facts: object): void => {
    stream.write(`${JSON.stringify({ event, ...facts })}\n`);
  };
  const writeState = (state: ProgressState): void => {
    if (json) writeEvent("progress", state);
    else if (isTTY) stream.write(CLEAR_LINE + progressBar(state, columnsOf(stream), paint));
    else stream.write(`${progressText(state)}\n`);
  };
  const writeEnd = (line: string): void => {
    stream.write(`${isTTY ? CLEAR_LINE : ""}${line}\n`);
  };

  return {
    stage(name, total, { resumedItems = 0 } = {}) {
      const startedAt = now();
      const rate = createRate(startedAt, RATE_MEMORY_MS);
      let writtenAt = startedAt;
      let done = resumedItems;
      let rejected = 0;
      if (json) writeEvent("stage", { stage: name, total, resumed: resumedItems });

      const stateAt = (atMs: number): ProgressState => {
        const perSecond = rate.perSecond(atMs);
        const isTimeLeft = perSecond !== undefined && done < total;
        const etaMs = isTimeLeft ? ((total - done) / perSecond) * 1000 : undefined;
        return { stage: name, done, total, rejected, perSecond, etaMs };
      };
      const show = (atMs: number): void => {
        if (atMs - writtenAt < intervalMs) return;
        writtenAt = atMs;
        writeState(stateAt(atMs));
      };
      return {
        advance(items) {
          const atMs = now();
          done += items;
          rate.add(items, atMs);
          show(atMs);
        },
        reject(items) {
          rejected += items;
          show(now());
        },
        finish(summary, text) {
          if (json) writeEvent("done", summaryFacts(summary));
          else writeEnd(summaryText(summary, text, paint));
        },
        end() {
          const state = { ...stateAt(now()), etaMs: undefined };
          if (json) writeEvent("done", state);
          else writeEnd(progressText(state));
        },
        stop() {
          const state = stateAt(now());
          if (json) writeEvent("stopped", state);
          else writeEnd(`${progressText({ ...state, etaMs: undefined })}  stopped`);
        },
      };
    },
  };
}

/** One column is left free, or some terminals wrap. */
function columnsOf({ columns }: ProgressStream): number {
  return (columns ?? 80) - 1;
}
