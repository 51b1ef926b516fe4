import type { JoinLane, JoinTask } from "./join-lane.ts";

/** Options of {@link runTasks}. */
export interface RunTasksOptions {
  readonly lanes: readonly JoinLane[];
  readonly tasks: Iterable<JoinTask>;
  readonly signal?: AbortSignal | undefined;
  /** Called after each task. */
  readonly onDone?: (() => void) | undefined;
}

/**
 * Has lanes do all tasks, about in order, so that no two that claim the same part run at a time.
 * Rejects with the signal's reason or what a lane rejects with, once all lanes stand still.
 */
export async function runTasks({ lanes, tasks, signal, onDone }: RunTasksOptions): Promise<void> {
  const iterator = tasks[Symbol.iterator]();
  const claimed = new Set<number>();
  const waiting: JoinTask[] = [];
  const sight = 32 * lanes.length + 64;
  let isDrained = false;
  const failure = new AbortController();
  let released = Promise.withResolvers<void>();

  function take(): JoinTask | undefined {
    while (!isDrained && waiting.length < sight) {
      const next = iterator.next();
      if (next.done === true) isDrained = true;
      else waiting.push(next.value);
    }
    const free = waiting.findIndex(({ claims }) => !claims.some((part) => claimed.has(part)));
    return free < 0 ? undefined : waiting.splice(free, 1)[0];
  }

  function release(claims: readonly number[]): void {
    for (const part of claims) claimed.delete(part);
    released.resolve();
    released = Promise.withResolvers();
  }

  async function work(lane: JoinLane): Promise<void> {
    while (!failure.signal.aborted) {
      signal?.throwIfAborted();
      const task = take();
      if (task === undefined) {
        if (isDrained && waiting.length === 0) return;
        await released.promise;
        continue;
      }
      for (const part of task.claims) claimed.add(part);
      try {
        await lane.run(task);
        onDone?.();
      } finally {
        release(task.claims);
      }
    }
  }

  const ends = await Promise.allSettled(
    lanes.map((lane) =>
      work(lane).catch((error: unknown) => {
        failure.abort();
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
}
