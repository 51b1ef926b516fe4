import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import {
  openManifest,
  readManifest,
  type RunManifest,
  type RunRecord,
  type StageRecord,
} from "@megapairs/run";
import { describe, expect, it } from "vitest";

import { temporaryDirectory } from "./temporary-directory.ts";

const STAGE: StageRecord = {
  identity: "a".repeat(64),
  version: 1,
  settings: { b: 1, a: [true, null] },
  inputs: [],
  fingerprints: { T: "2", D: "1" },
  plan: "b".repeat(64),
  state: "running",
  shards: 3,
  items: 12,
  rows: {},
  rejected: 0,
  digest: null,
};

const open = (directory: string, settings: RunRecord["settings"] = {}): Promise<RunManifest> =>
  openManifest(directory, { createdBy: { megapairs: "1.2.3" }, settings });

describe("openManifest", () => {
  it("writes run.json: readable, in a fixed order, ending in a line feed", async () => {
    const directory = await temporaryDirectory();
    const manifest = await open(directory, { seed: 1, corpus: "pictures" });
    await manifest.put("mine", { ...STAGE, rows: { pairs: 2 } });
    expect(await readFile(join(directory, "run.json"), "utf8")).toBe(`{
  "format": 1,
  "createdBy": {
    "megapairs": "1.2.3"
  },
  "settings": {
    "corpus": "pictures",
    "seed": 1
  },
  "stages": {
    "mine": {
      "identity": "${"a".repeat(64)}",
      "version": 1,
      "settings": {
        "a": [
          true,
          null
        ],
        "b": 1
      },
      "inputs": [],
      "fingerprints": {
        "D": "1",
        "T": "2"
      },
      "plan": "${"b".repeat(64)}",
      "state": "running",
      "shards": 3,
      "items": 12,
      "rows": {
        "pairs": 2
      },
      "rejected": 0,
      "digest": null
    }
  }
}
`);
    expect(await readdir(directory)).toEqual(["run.json"]);
  });

  it("reads back what was written, and says who began the run", async () => {
    const directory = await temporaryDirectory();
    await (await open(directory)).put("mine", STAGE);
    const again = await openManifest(directory, { createdBy: { megapairs: "9" }, settings: {} });
    expect(again.stage("mine")).toEqual(STAGE);
    expect(again.record).toEqual(await readManifest(directory));
    expect(again.record.createdBy).toEqual({ megapairs: "1.2.3" });
  });

  it("takes new settings over only when a stage starts under them", async () => {
    const directory = await temporaryDirectory();
    await open(directory, { seed: 1 });
    const again = await open(directory, { seed: 2 });
    expect((await readManifest(directory))?.settings).toEqual({ seed: 1 });
    await again.put("mine", STAGE);
    expect((await readManifest(directory))?.settings).toEqual({ seed: 2 });
  });

  it("forgets a stage, and returns what it knew", async () => {
    const directory = await temporaryDirectory();
    const manifest = await open(directory);
    await manifest.put("mine", STAGE);
    await manifest.put("annotate", STAGE);
    expect(await manifest.forget("mine")).toEqual(STAGE);
    expect(await manifest.forget("mine")).toBeUndefined();
    expect(Object.keys((await readManifest(directory))?.stages ?? {})).toEqual(["annotate"]);
  });

  it("keeps every one of many changes made at once, and is whole at every moment", async () => {
    const directory = await temporaryDirectory();
    const manifest = await open(directory);
    const writing = new Set(["all"]);
    const watch = async (): Promise<void> => {
      while (writing.size > 0) expect((await readManifest(directory))?.format).toBe(1);
    };
    const watched = watch();
    const names = Array.from({ length: 40 }, (_, index) => `stage-${index}`);
    await Promise.all(names.map((name) => manifest.put(name, STAGE)));
    writing.clear();
    await watched;
    expect(Object.keys((await readManifest(directory))?.stages ?? {})).toEqual(names);
  });

  it("is not disturbed by what a killed writer left", async () => {
    const directory = await temporaryDirectory();
    await (await open(directory)).put("mine", STAGE);
    await writeFile(join(directory, "run.json.tmp"), '{"format": 1, "crea');
    const manifest = await open(directory);
    await manifest.put("annotate", STAGE);
    expect(Object.keys(manifest.record.stages)).toEqual(["mine", "annotate"]);
    expect(await readdir(directory)).toEqual(["run.json"]);
  });

  it("knows nothing that is not on disk", async () => {
    const directory = await temporaryDirectory();
    const manifest = await open(directory);
    await mkdir(join(directory, "run.json.tmp"));
    await expect(manifest.put("mine", STAGE)).rejects.toMatchObject({
      code: "invalid-argument",
      message: `Cannot write ${join(directory, "run.json")}: it is a directory`,
    });
    expect(manifest.stage("mine")).toBeUndefined();
  });

  it("takes stage names for names, whatever they are", async () => {
    const directory = await temporaryDirectory();
    const manifest = await open(directory);
    expect(manifest.stage("constructor")).toBeUndefined();
    await manifest.put("__proto__", STAGE);
    expect((await open(directory)).stage("__proto__")).toEqual(STAGE);
  });

  it("refuses a directory that is not there", async () => {
    const missing = join(await temporaryDirectory(), "missing");
    await expect(open(missing)).rejects.toMatchObject({
      code: "invalid-argument",
      message: `Cannot write ${join(missing, "run.json")}: it does not exist`,
    });
  });
});

describe("readManifest", () => {
  it("finds nothing where there is no manifest", async () => {
    expect(await readManifest(await temporaryDirectory())).toBeUndefined();
  });

  const whole: RunRecord = { format: 1, createdBy: {}, settings: null, stages: { mine: STAGE } };
  it.each<[string, string]>([
    ["", "Unexpected end of JSON input"],
    ["[]", "manifest is not an object"],
    [JSON.stringify({ ...whole, format: 2 }), "manifest.format is 2, expected 1"],
    [JSON.stringify({ ...whole, createdBy: { node: 24 } }), "manifest.createdBy is"],
    [JSON.stringify({ ...whole, settings: undefined }), "manifest.settings is absent"],
    [JSON.stringify({ ...whole, stages: [] }), "manifest.stages is []"],
    [JSON.stringify({ ...whole, stages: { mine: null } }), "stages.mine is not an object"],
    ...Object.entries({
      identity: "ab",
      version: -1,
      inputs: [1],
      fingerprints: { T: 1 },
      plan: null,
      state: "finished",
      shards: "3",
      items: 1.5,
      rows: { pairs: -1 },
      rejected: null,
      digest: 0,
    }).map(([field, value]): [string, string] => [
      JSON.stringify({ ...whole, stages: { mine: { ...STAGE, [field]: value } } }),
      `stages.mine.${field} is ${JSON.stringify(value)}, expected`,
    ]),
  ])("refuses what is not a manifest, naming the place (%#)", async (text, message) => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, "run.json"), text);
    await expect(readManifest(directory)).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining(`run.json is not a run's manifest: ${message}`),
    });
    await expect(open(directory)).rejects.toMatchObject({ code: "corrupt-data" });
    expect(await readFile(join(directory, "run.json"), "utf8")).toBe(text);
  });
});
