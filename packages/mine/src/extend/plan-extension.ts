import type { JoinTask } from "../join/join-lane.ts";

/** How to join new rows with all. Positions: the old rows first, then the new ones. */
export interface ExtensionPlan {
  readonly rowAt: Int32Array;
  readonly oldCount: number;
  readonly tasks: readonly JoinTask[];
  readonly totalTasks: number;
  readonly mostLeft: number;
  readonly mostRight: number;
}

/** Plans tasks that score every pair with a new row once, and offer it to both. */
export function planExtension(isOld: Uint8Array, threads: number): ExtensionPlan {
  const rowCount = isOld.length;
  const rowAt = new Int32Array(rowCount);
  let oldCount = 0;
  for (const [row, old] of isOld.entries()) if (old === 1) rowAt[oldCount++] = row;
  let next = oldCount;
  for (const [row, old] of isOld.entries()) if (old === 0) rowAt[next++] = row;

  const size = Math.max(256, Math.min(1024, Math.ceil(rowCount / (8 * threads))));
  const bounds = (from: number, to: number): { start: number; end: number }[] =>
    Array.from({ length: Math.ceil((to - from) / size) }, (_, block) => ({
      start: from + block * size,
      end: Math.min(from + (block + 1) * size, to),
    }));
  const old = bounds(0, oldCount);
  const added = bounds(oldCount, rowCount);
  const both = { offersLeft: true, offersRight: true };
  const tasks: JoinTask[] = [];
  for (let distance = 0; distance < added.length; distance += 1) {
    for (let first = 0; first + distance < added.length; first += 1) {
      const [left, right] = [added[first]!, added[first + distance]!];
      const claims = distance === 0 ? [left.start] : [left.start, right.start];
      tasks.push({ left, right, isTriangle: distance === 0, ...both, claims });
    }
  }
  for (let step = 0; step < Math.max(old.length, added.length); step += 1) {
    for (let place = 0; place < Math.min(old.length, added.length); place += 1) {
      const shorter = old.length <= added.length ? old : added;
      const longer = shorter === old ? added : old;
      const one = shorter[place]!;
      const other = longer[(place + step) % longer.length]!;
      const [left, right] = shorter === old ? [other, one] : [one, other];
      tasks.push({ left, right, isTriangle: false, ...both, claims: [left.start, right.start] });
    }
  }
  const most = Math.min(size, rowCount);
  return { rowAt, oldCount, tasks, totalTasks: tasks.length, mostLeft: most, mostRight: most };
}
