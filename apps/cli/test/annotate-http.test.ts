import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseFault, startFaultServer } from "@megapairs/conformance";
import type { FaultServer } from "@megapairs/conformance";
import { afterAll, beforeAll, expect, it } from "vitest";
import { datasetBytes } from "./dataset-bytes.ts";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const run = (out: string): ReturnType<typeof runCli> =>
  runCli([
    "run",
    "--images",
    "scenes:40",
    "--shard-size",
    "16",
    "--out",
    join(directory, out),
    "--vlm-url",
    `${server.url}/v1`,
    "--vlm-model",
    server.model,
    "--vlm-profile",
    "vllm",
  ]);

it("annotates over real HTTP, through faults, and gives the same bytes as without any", async () => {
  const calm = await run("calm");
  expect(calm.stderr).not.toContain("megapairs:");
  expect(calm.code).toBe(0);
  expect(readFileSync(join(directory, "calm/export/megapairs.jsonl"), "utf8")).toContain("q_text");

  const faults = ["503", "reset", "truncated", "429:1"].map(parseFault);
  server.setBehaviour((_request, index) =>
    index % 9 === 4 ? faults[index % faults.length]! : { type: "answer" },
  );
  const stormy = await run("stormy");
  expect(stormy.stderr).not.toContain("megapairs:");
  expect(stormy.code).toBe(0);
  expect(datasetBytes(join(directory, "stormy/export"))).toEqual(
    datasetBytes(join(directory, "calm/export")),
  );
}, 180_000);

it("asks for nothing twice: done again, annotation is served from the ledger", async () => {
  const asked = server.requests.length;
  server.setBehaviour(() => ({ type: "answer" }));
  const { code } = await runCli(["annotate", join(directory, "calm"), "--redo", "annotate"]);
  expect(code).toBe(0);
  expect(server.requests.length).toBe(asked);
}, 60_000);

it("keeps unusable answers as rejects with reasons, and says that the dataset is empty", async () => {
  server.setBehaviour(() => ({ type: "answer", text: "I cannot see any images." }));
  const { code, stdout, stderr } = await run("useless");
  expect(code).toBe(5);
  expect(stderr).toMatch(/megapairs: The dataset is empty: none of \d+ pairs was annotated/);
  expect(stdout).toMatch(/describe +invalid-output/);
}, 120_000);
