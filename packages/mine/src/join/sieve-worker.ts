import { parentPort, workerData } from "node:worker_threads";
import type { SieveReply, SieveRequest, SieveWorkerSettings } from "./sieve-messages.ts";
import { gatherRows } from "./gather-rows.ts";
import { TileSieve } from "./tile-sieve.ts";

const port = parentPort;
if (port === null) throw new Error("sieve-worker runs in a worker thread only");

const { sieve: settings, resident }: SieveWorkerSettings = workerData;
const sieve = new TileSieve(settings, resident);

port.on("message", (request: SieveRequest) => {
  if (request.type === "close") {
    port.close();
    return;
  }
  if (request.type === "sift") sieve.sift(request.block);
  else if (request.type === "rank") sieve.rank(request.rows);
  else if (resident !== undefined) {
    for (const { rows, into } of request.gathers) {
      gatherRows({ resident, rows, rowAt: settings.rowAt, dimensions: settings.dimensions, into });
    }
  }
  port.postMessage({ type: "done" } satisfies SieveReply);
});
