import { formatCount, formatDuration, formatRate } from "./format.ts";
import type { StageSummary } from "./stage-summary.ts";

/** How far a stage is. */
export interface ProgressState {
  readonly stage: string;
  /** Items done, resumed ones included. */
  readonly done: number;
  readonly total: number;
  readonly rejected: number;
  /** Items a second, smoothed, without resumed ones; `undefined` while unknown. */
  readonly perSecond: number | undefined;
  /** Milliseconds until the end at this rate; `undefined` while unknown. */
  readonly etaMs: number | undefined;
}

/** Paints text with an SGR code, or does not. */
export type Paint = (code: number, text: string) => string;

const NAME_WIDTH = 10;
const BAR_WIDTH = 24;
const CYAN = 36;
const YELLOW = 33;
const GREEN = 32;
const DIM = 2;

/** A line for a log: `embed  512/1,000  51%  128/s  ETA 3.8s  2 rejected`. */
export function progressText(state: ProgressState): string {
  return [state.stage, ...figures(state)].join("  ");
}

/** The updating line of a terminal, of at most `columns` columns: the bar gives way first. */
export function progressBar(state: ProgressState, columns: number, paint: Paint): string {
  const name = state.stage.padEnd(NAME_WIDTH);
  const text = [name, ...figures(state)].join("  ");
  const room = Math.min(BAR_WIDTH, columns - text.length - 2);
  if (room < 4) return text.slice(0, columns);
  const share = state.total === 0 ? 1 : Math.min(1, state.done / state.total);
  const filled = Math.floor(share * room);
  const bar = paint(CYAN, "█".repeat(filled)) + paint(DIM, "░".repeat(room - filled));
  const [counts = "", ...rest] = figures(state);
  const tail = rest.map((figure) => (figure.endsWith("rejected") ? paint(YELLOW, figure) : figure));
  return [name, bar, counts, ...tail].join("  ");
}

/** The line that stays when a stage has ended. */
export function summaryText(summary: StageSummary, text: string | undefined, paint: Paint): string {
  const { name, shards, resumedShards, rows, rejected, elapsedMs } = summary;
  const counts = Object.entries(rows).map(([table, count]) => `${formatCount(count)} ${table}`);
  if (rejected > 0) counts.push(paint(YELLOW, `${formatCount(rejected)} rejected`));
  const resumed =
    resumedShards === 0
      ? []
      : [`${formatCount(resumedShards)} of ${formatCount(shards)} shards resumed`];
  const time =
    resumedShards === shards && shards > 0 ? "done before" : `in ${formatDuration(elapsedMs)}`;
  const tail = time === "done before" ? [time] : [...resumed, time];
  const said = text ?? counts.join(", ");
  return [paint(GREEN, name.padEnd(NAME_WIDTH)), ...(said === "" ? [] : [said]), ...tail].join(
    "  ",
  );
}

function figures({ done, total, rejected, perSecond, etaMs }: ProgressState): string[] {
  const percent = total === 0 ? 100 : Math.floor((100 * done) / total);
  return [
    `${formatCount(done)}/${formatCount(total)}`,
    `${percent}%`,
    ...(perSecond === undefined ? [] : [formatRate(perSecond)]),
    ...(etaMs === undefined ? [] : [`ETA ${formatDuration(etaMs)}`]),
    ...(rejected === 0 ? [] : [`${formatCount(rejected)} rejected`]),
  ];
}
