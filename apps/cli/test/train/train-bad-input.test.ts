import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { lockRun } from "@megapairs/run";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { loadTrainConfig } from "../../src/config/load-train-config.ts";
import { refuseTooLarge } from "../../src/train/estimate-run.ts";
import { runCli } from "../run-cli.ts";
import { temporaryDirectory } from "../temporary-directory.ts";
import {
  imageAt,
  smallRun,
  trainHere,
  writeSmallestConfig,
  writeTriplets,
} from "./train-fixture.ts";

const directory = temporaryDirectory();
const path = (...names: string[]): string => join(directory, ...names);
const write = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};

let said = "";
beforeAll(() => writeSmallestConfig(directory));
beforeEach(() => {
  said = "";
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

describe("settings", () => {
  const MODEL = "model: { initial: clip-tiny }\ndata: { captions: scenes:9 }\n";

  it.each([
    ["a key that is none", `${MODEL}lr: 3\n`, /a\.yaml: the file: Unrecognized key: "lr"/],
    [
      "keys that are none, inside",
      "model: { initial: clip-tiny, sed: 1 }\ndata: { captions: scenes:9 }\ncheckpoints: { evry: 3 }\n",
      /model: Unrecognized key: "sed".*checkpoints: Unrecognized key: "evry"/,
    ],
    [
      "a key that is none, in one of several forms",
      `${MODEL}train: { lora: { rnk: 4 } }\n`,
      /train\.lora: Unrecognized key: "rnk"/,
    ],
    ["a wrong value", `${MODEL}learningRate: fast\n`, /learningRate: .*expected number/],
    ["no model", "data: { captions: scenes:9 }\n", /model: .*expected object/],
    [
      "a model twice",
      "model: { initial: clip-tiny, folder: x }\ndata: { captions: scenes:9 }\n",
      /model: give one of folder, initial or config/,
    ],
    ["no data", "model: { initial: clip-tiny }\n", /data: give either triplets or captions/],
    ["steps and epochs", `${MODEL}steps: 3\nepochs: 2\n`, /give either steps or epochs/],
    [
      "a tokenizer for a folder",
      "model: { folder: x, tokenizer: from-data }\ndata: { captions: scenes:9 }\n",
      /a folder brings its own tokenizer/,
    ],
  ])("names %s", async (_, text, message) => {
    await expect(loadTrainConfig(write("a.yaml", text), {})).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(message) as string,
    });
  });

  it("takes relative paths from the file's folder, those of flags from where it runs", async () => {
    mkdirSync(path("deep"));
    const file = write(
      "deep/b.yaml",
      "out: ../x\nmodel: { folder: m }\ndata: { triplets: t, images: i }\n",
    );
    expect(await loadTrainConfig(file, {})).toMatchObject({
      out: path("x"),
      model: { folder: path("deep/m") },
      data: { triplets: path("deep/t"), images: path("deep/i") },
    });
    const flags = { out: path("y"), captions: "scenes:5", steps: 7, batch: 3 };
    const flagged = await loadTrainConfig(file, flags);
    expect(flagged).toMatchObject({ out: path("y"), steps: 7, batch: 3 });
    expect(flagged.data).toEqual({ captions: "scenes:5", images: path("deep/i") });
  });

  it("asks for a file or a run to go on with", async () => {
    await expect(loadTrainConfig(undefined, {})).rejects.toMatchObject({
      message: "Give a config file, or --out DIR of a training run that is to go on.",
    });
    await expect(loadTrainConfig(undefined, { out: path("none") })).rejects.toMatchObject({
      message: expect.stringContaining("train.json") as string,
    });
  });
});

describe("data", () => {
  it.each([
    ["empty data", "", "holds no examples, expected at least a batch of 4"],
    [
      "a batch larger than the data",
      '{"image":"a.jpg","caption":"a"}\n',
      "holds 1 examples, expected at least the 4 of a batch",
    ],
  ])("refuses %s", async (_, text, message) => {
    const captions = write("few.jsonl", text);
    const config = smallRun(directory, { out: path("few"), data: { captions } });
    await expect(trainHere(config)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(`${captions} ${message}`) as string,
    });
  });

  it("records and skips triplets whose images are missing or corrupt, and says once what is missing", async () => {
    const triplets = await writeTriplets(directory, { count: 16, hardNegatives: 2 });
    rmSync(join(triplets, imageAt(3)));
    writeFileSync(join(triplets, imageAt(9)), "no picture");
    const out = path("damaged");
    const config = smallRun(directory, { out, data: { triplets }, hardNegatives: 4, steps: 8 });
    const result = await trainHere(config);
    const lines = readFileSync(join(out, "rejects.jsonl"), "utf8").trim().split("\n");
    const rejects = lines.map((line) => JSON.parse(line) as { item: string; reason: string });
    expect(new Set(lines).size).toBe(lines.length);
    expect(result.rejects).toBe(lines.length);
    expect(rejects.map(({ item }) => item)).toEqual(
      expect.arrayContaining(["megapairs.jsonl#4", "megapairs.jsonl#10"]),
    );
    expect(rejects.some(({ reason }) => reason.includes("query image images/003.jpg"))).toBe(true);
    expect(rejects.some(({ reason }) => reason.includes("hard negative images/"))).toBe(true);
    const warnings = said.match(/"event":"missing-hard-negatives","step":\d+/g) ?? [];
    expect(warnings).toEqual(['"event":"missing-hard-negatives","step":1']);
  }, 30_000);

  it("refuses a model whose files do not go together", async () => {
    const config = smallRun(directory, { out: path("no-model"), model: { folder: directory } });
    await expect(trainHere(config)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining("has no config.json, neither itself nor in model") as string,
    });
  });
});

describe("a run that was begun", () => {
  beforeAll(async () => {
    vi.spyOn(process.stderr, "write").mockReturnValue(true);
    await trainHere(smallRun(directory, { out: path("begun") }));
  }, 30_000);

  const copy = (name: string): string => {
    cpSync(path("begun"), path(name), { recursive: true });
    return path(name);
  };

  it("goes on under the same settings only, and names what differs", async () => {
    const out = copy("other");
    const config = smallRun(directory, { out, batch: 6, learningRate: 2e-3 });
    await expect(trainHere(config)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(
        /belongs to another run: batch was 4, is 6; learningRate was 0\.001, is 0\.002/,
      ) as string,
    });
    expect(JSON.parse(readFileSync(join(out, "train.json"), "utf8"))).toMatchObject({
      settings: { batch: 4 },
    });
  });

  it("is not taken for one of another architecture", async () => {
    const wide = JSON.parse(readFileSync(path("smallest.json"), "utf8")) as {
      text_config: Record<string, number>;
    };
    wide.text_config["intermediate_size"] = 96;
    const config = write("wide.json", JSON.stringify(wide));
    const run = smallRun(directory, { out: copy("wide"), model: { config } });
    await expect(trainHere(run)).rejects.toMatchObject({
      message: expect.stringMatching(
        /model\.config\.text_config\.intermediate_size was 64, is 96/,
      ) as string,
    });
  });

  it("falls back to the checkpoint before one that is damaged, and says so", async () => {
    const out = copy("torn");
    mkdirSync(join(out, "checkpoints/step-00000008.tmp"));
    truncateSync(join(out, "checkpoints/step-00000006/weights.safetensors"), 100);
    const { resumed } = await trainHere(smallRun(directory, { out }));
    expect(resumed).toBe(4);
    expect(said).toMatch(/"event":"damage","checkpoint":"step-00000006","reason":".*is damaged/);
    expect(readdirSync(join(out, "checkpoints"))).toEqual(["step-00000004", "step-00000006"]);
    const read = (run: string): Buffer => readFileSync(join(run, "model/model.safetensors"));
    expect(read(out).equals(read(path("begun")))).toBe(true);
  }, 30_000);

  it("refuses a folder in use", async () => {
    const out = copy("used");
    const lock = await lockRun(out);
    try {
      await expect(trainHere(smallRun(directory, { out }))).rejects.toMatchObject({
        code: "invalid-argument",
        message: expect.stringContaining("is in use by process") as string,
      });
    } finally {
      await lock.release();
    }
  });
});

describe("numbers", () => {
  it("stops at a loss that is not finite, with step and samples, and keeps the last checkpoint", async () => {
    const file = path("diverging.json");
    const settings = smallRun(directory, {
      learningRate: 1e10,
      clipNorm: "none",
      steps: 50,
      checkpoints: { every: 1 },
    });
    writeFileSync(file, JSON.stringify({ ...settings, out: undefined }));
    vi.restoreAllMocks();
    const { code, stderr } = await runCli(["train", file, "--out", path("diverging")]);
    expect(code).toBe(7);
    expect(stderr).toMatch(/megapairs: step \d+ gave a loss of .*; its samples: scenes\/\d+\.jpg/);
    const [, step = ""] = /megapairs: step (\d+)/.exec(stderr) ?? [];
    const last = `step-${String(Number(step) - 1).padStart(8, "0")}`;
    expect(stderr).toContain(`The last checkpoint, ${last}, is from before and whole`);
    expect(existsSync(path("diverging/checkpoints", last))).toBe(true);
  }, 30_000);

  it("refuses a run that memory cannot hold, with what to change", () => {
    const memory = { all: 9e9, activations: 6e9 };
    const capacity = { queries: 512, candidates: 512, rows: { image: 512, text: 512 } };
    const refuse = (available: number): void => {
      const machine = { total: 8e9, available };
      refuseTooLarge({ memory, machine } as never, { trainer: { capacity, chunk: 64 } } as never);
    };
    expect(() => refuse(10e9)).not.toThrow();
    expect(() => refuse(4e9)).toThrow(
      "The run needs about 9.00 GB of memory, of which 6.00 GB are for what the towers compute, and 4.00 GB are free: try a chunk below 64, recompute: true, a batch below 512 with accumulation, train: { lora: … }. --dry-run lists all of it, --force runs anyway.",
    );
  });
});
