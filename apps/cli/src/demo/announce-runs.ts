import { formatDuration } from "@megapairs/run";
import type { Outcome } from "./outcome.ts";

/** Says which run begins and how long all of them will take. */
export interface RunAnnouncer {
  /** A run is about to be done, or was done before. */
  readonly next: (name: string, seed: number, isKnown: boolean) => void;
  /** What it took, this time or before. */
  readonly done: (outcome: Outcome) => void;
}

/** Creates a {@link RunAnnouncer} on standard error: lines for people, or with `json` events. */
export function announceRuns(total: number, { json }: { readonly json: boolean }): RunAnnouncer {
  let begun = 0;
  const trained: number[] = [];
  return {
    next(name, seed, isKnown) {
      begun += 1;
      const mean = trained.reduce((sum, one) => sum + one, 0) / trained.length;
      const etaMs = trained.length === 0 ? undefined : 1000 * mean * (total - begun + 1);
      if (json) {
        const facts = { event: "run", run: begun, total, name, seed, isKnown, etaMs };
        process.stderr.write(`${JSON.stringify(facts)}\n`);
        return;
      }
      const left = etaMs === undefined ? "" : `, about ${formatDuration(etaMs)} left`;
      const state = isKnown ? " (done before)" : left;
      process.stderr.write(`\n${begun} of ${total}  ${name}, seed ${seed}${state}\n`);
    },
    done({ steps, seconds }) {
      if (steps > 0) trained.push(seconds.train + seconds.evaluate);
    },
  };
}
