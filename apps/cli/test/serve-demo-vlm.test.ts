import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { describeVlmConformance } from "@megapairs/conformance";
import { probeOpenAIVlm } from "@megapairs/vlm-openai";
import { expect, it } from "vitest";
import { openReferenceVlm } from "../src/choose/open-reference-vlm.ts";
import { datasetBytes } from "./dataset-bytes.ts";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const MAIN = join(import.meta.dirname, "../src/main.ts");

describeVlmConformance("the reference VLM with the shipped CLIP", {
  create: openReferenceVlm,
  supports: { maxImages: 2, jsonSchema: true, seed: true },
});

interface Served {
  readonly child: ChildProcess;
  readonly url: string;
  readonly command: readonly string[];
}

/** Starts the command on a free port; gives what it says it can be used with. */
async function serve(): Promise<Served> {
  const args = ["--conditions=@megapairs/source", MAIN, "serve-demo-vlm", "--port", "0"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) {
    said += String(chunk);
    if (said.endsWith("\n") && said.includes("megapairs run")) break;
  }
  const [, url = ""] = /at (http:\S+),/u.exec(said) ?? [];
  const [, command = ""] = /megapairs (run .*)/u.exec(said) ?? [];
  return { child, url, command: command.split(" ") };
}

it("gives over HTTP the dataset that it gives in process, and ends at Ctrl-C", async () => {
  const settings = {
    corpus: "objects:60",
    seed: 3,
    relations: {
      I: { encoder: "scenes/clip", band: { quantiles: [0.9, 0.99] }, neighbours: 4 },
    },
    mine: { targetsPerQuery: 2, hardNegatives: 2 },
    annotate: { describe: "reference", instruct: "reference" },
  };
  const config = join(directory, "objects.json");
  writeFileSync(config, JSON.stringify(settings));
  const here = await runCli(["run", config, "--out", join(directory, "here")]);
  expect(here.stderr).not.toContain("megapairs:");
  expect(here.code).toBe(0);

  const { child, url, command } = await serve();
  const ended = once(child, "exit");
  const probe = await probeOpenAIVlm({ baseUrl: url, model: "reference-vlm", profile: "vllm" });
  expect(probe).toMatchObject({
    models: ["reference-vlm"],
    images: "accepted",
    maxOutputTokens: true,
    seed: true,
    refusesUnknownModels: true,
  });
  const flags = command.slice(command.indexOf("--vlm-url"), command.indexOf("--out"));
  expect(flags).toContain(url);
  const there = await runCli(["run", config, ...flags, "--out", join(directory, "there")]);
  expect(there.stderr).not.toContain("megapairs:");
  expect(there.code).toBe(0);
  const { "provenance.jsonl": _, ...dataset } = datasetBytes(join(directory, "here/export"));
  const { "provenance.jsonl": __, ...served } = datasetBytes(join(directory, "there/export"));
  expect(served).toEqual(dataset);
  child.kill("SIGINT");
  expect(await ended).toEqual([0, null]);
}, 120_000);
