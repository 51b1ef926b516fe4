import { spawn } from "node:child_process";
import path from "node:path";

import { openRunDatabase } from "@megapairs/dataset";
import { connect } from "@lancedb/lancedb";
import { expect, test } from "vitest";

import { collect, FINGERPRINT, sha256 } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const SHARDS = 30;
const script = path.join(import.meta.dirname, "../fixtures/write-shards.ts");

/** Runs the writer; kills it some time after it started to write, unless it is done before. */
function write(uri: string, killAfterMs?: number): Promise<"finished" | "killed"> {
  const child = spawn(
    process.execPath,
    ["--conditions=@megapairs/source", script, uri, String(SHARDS)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  let said = "";
  child.stdout.on("data", (data: Buffer) => {
    said += data.toString();
    if (killAfterMs !== undefined && said === "started\n") {
      setTimeout(() => child.kill("SIGKILL"), killAfterMs);
    }
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (said.endsWith("finished\n")) resolve("finished");
      else if (signal === "SIGKILL") resolve("killed");
      else reject(new Error(`the writer ended with code ${code}`));
    });
  });
}

test("a run killed again and again ends with the data of an undisturbed one", async () => {
  const root = await temporaryDirectory();
  const [calm, killed] = [path.join(root, "calm"), path.join(root, "killed")];
  expect(await write(calm)).toBe("finished");
  const outcomes: string[] = [];
  for (const killAfterMs of [1, 17, 33, 5, 49, 9, 26])
    outcomes.push(await write(killed, killAfterMs));
  expect(outcomes).toContain("killed");
  expect(await write(killed)).toBe("finished");

  const [left, right] = [await openRunDatabase(calm), await openRunDatabase(killed)];
  expect(await right.contentDigest()).toBe(await left.contentDigest());
  expect(await right.commits(sha256("ingest"))).toEqual(await left.commits(sha256("ingest")));
  expect(await right.verify()).toEqual([]);
  expect(await collect(right.readImages({ bytes: true }))).toEqual(
    await collect(left.readImages({ bytes: true })),
  );
  expect(await right.readEmbeddings("I", FINGERPRINT)).toEqual(
    await left.readEmbeddings("I", FINGERPRINT),
  );
  const stored = await (await connect(killed)).openTable("images");
  expect(await stored.countRows()).toBe(SHARDS * 10);
}, 60_000);
