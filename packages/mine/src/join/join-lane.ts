import { Worker } from "node:worker_threads";
import { MegaPairsError } from "@megapairs/spec";
import type { RowRange } from "../plan-tiles.ts";
import type { Gemm } from "./gemm.ts";
import { sharedFloats } from "./shared-floats.ts";
import type { SieveRequest, SieveWorkerSettings } from "./sieve-messages.ts";
import type { ScoredBlock, SieveSettings } from "./tile-sieve.ts";
import type { VectorStore } from "./vector-store.ts";

/** Two sets of positions whose scores a lane makes and sifts. */
export interface JoinTask extends Pick<
  ScoredBlock,
  "left" | "right" | "skips" | "isTriangle" | "offersLeft" | "offersRight"
> {
  /** Parts of the tables that it writes: no two tasks with one in common run at a time. */
  readonly claims: readonly number[];
}

/** Settings of {@link openJoinLane}. */
export interface JoinLaneSettings {
  /** Used by nobody else meanwhile. */
  readonly gemm: Gemm;
  readonly store: VectorStore;
  readonly sieve: SieveSettings;
  /** Most left and right positions of a task. */
  readonly mostLeft: number;
  readonly mostRight: number;
}

/** One core's worth of a join: a thread that multiplies and one that sifts, by turns. */
export interface JoinLane {
  /** One task at a time. */
  run(task: JoinTask): Promise<void>;
  /** Sorts what the tables hold for these rows. */
  rank(rows: RowRange): Promise<void>;
  /** Ends what is being done, then the thread that sifts. */
  dispose(): Promise<void>;
}

/** Opens a lane: the thread that sifts, beside the one that multiplies. */
export function openJoinLane(settings: JoinLaneSettings): JoinLane {
  const { gemm, store, sieve, mostLeft, mostRight } = settings;
  const { dimensions } = sieve;
  const thread = openSieveThread({ sieve, resident: store.resident });
  const scores = sharedFloats(mostLeft * mostRight);
  const isView = store.resident instanceof Float32Array && sieve.rowAt === undefined;
  const room = isView ? 0 : dimensions;
  const leftRoom = sharedFloats(mostLeft * room);
  const rightRoom = sharedFloats(mostRight * room);

  function rowsOf(positions: RowRange | Int32Array): RowRange | Int32Array {
    return store.isByPosition === true ? positions : rowsAt(positions, sieve.rowAt);
  }

  /** The vectors of a task side by side: where they lie, if they do, else copied. */
  async function vectorsOf(task: JoinTask): Promise<readonly [Float32Array, Float32Array]> {
    const sides = [
      { rows: task.left, into: leftRoom },
      { rows: task.right, into: rightRoom },
    ] as const;
    const inPlace = sides.map(({ rows }) => (isView ? viewOf(store, rows) : undefined));
    const gathers = sides.filter((_, side) => inPlace[side] === undefined);
    if (store.resident !== undefined) {
      if (gathers.length > 0) await thread.ask({ type: "gather", gathers });
    } else {
      await Promise.all(gathers.map(({ rows, into }) => store.load({ rows: rowsOf(rows), into })));
    }
    return [inPlace[0] ?? leftRoom, inPlace[1] ?? rightRoom];
  }

  return {
    async run(task) {
      const { left, right } = task;
      const height = left instanceof Int32Array ? left.length : left.end - left.start;
      const width = right.end - right.start;
      const [leftVectors, rightVectors] = await vectorsOf(task);
      const tile = scores.subarray(0, height * width);
      await gemm.multiply({
        left: leftVectors.subarray(0, height * dimensions),
        right: rightVectors.subarray(0, width * dimensions),
        dimensions,
        scores: tile,
      });
      const block = { ...task, leftVectors, rightVectors, scores: tile };
      await thread.ask({ type: "sift", block });
    },
    rank: (rows) => thread.ask({ type: "rank", rows }),
    dispose: () => thread.close(),
  };
}

/** The matrix rows at these positions. */
function rowsAt(
  positions: RowRange | Int32Array,
  rowAt: Int32Array | undefined,
): RowRange | Int32Array {
  if (rowAt === undefined) return positions;
  if (positions instanceof Int32Array) return positions.map((position) => rowAt[position]!);
  return rowAt.subarray(positions.start, positions.end);
}

function viewOf(store: VectorStore, rows: RowRange | Int32Array): Float32Array | undefined {
  if (rows instanceof Int32Array || !(store.resident instanceof Float32Array)) return undefined;
  const { dimensions } = store;
  return store.resident.subarray(rows.start * dimensions, rows.end * dimensions);
}

interface SieveThread {
  readonly ask: (request: SieveRequest) => Promise<void>;
  readonly close: () => Promise<void>;
}

function openSieveThread(settings: SieveWorkerSettings): SieveThread {
  const file = import.meta.url.endsWith(".ts") ? "./sieve-worker.ts" : "./sieve-worker.js";
  const worker = new Worker(new URL(file, import.meta.url), { workerData: settings });
  const exited = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  let failure: MegaPairsError | undefined;
  let waiting: PromiseWithResolvers<void> | undefined;
  const fail = (cause: unknown): void => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    failure ??= new MegaPairsError("unavailable", `a thread of the join failed: ${reason}`, {
      cause,
    });
    waiting?.reject(failure);
  };
  worker.on("error", fail);
  worker.on("exit", () => fail("it ended"));
  worker.on("message", () => waiting?.resolve());
  return {
    async ask(request) {
      if (failure !== undefined) throw failure;
      waiting = Promise.withResolvers();
      worker.postMessage(request, []);
      await waiting.promise;
    },
    async close() {
      worker.postMessage({ type: "close" } satisfies SieveRequest, []);
      await exited;
    },
  };
}
