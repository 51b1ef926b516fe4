import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { describeDisks } from "./describe-disks.ts";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const path = (name: string): string => join(directory, name);
const write = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};
mkdirSync(path("empty"));
mkdirSync(path("no-model"));
writeFileSync(path("broken.onnx"), "not a model");

const FIXTURES = join(import.meta.dirname, "../../../packages/encoder-onnx/test/fixtures");
const SMALL = ["--images", "scenes:24", "--shard-size", "8"];

describe("a wrong command is one line that says what to do, and a documented exit code", () => {
  it.each([
    ["an unknown flag", ["run", "--imagse", "x"], 2, /unknown option '--imagse'/],
    ["an unknown command", ["rnu"], 2, /unknown command 'rnu'/],
    ["a flag that is no number", ["run", "--seed", "lots"], 2, /whole number from 0/],
    [
      "no images at all",
      ["run", "--out", path("a")],
      2,
      /--images FOLDER, --config FILE, or --demo/,
    ],
    [
      "a folder that is not there",
      ["run", "--images", path("nowhere"), "--out", path("b")],
      2,
      /nowhere/,
    ],
    ["a folder without images", ["run", "--images", path("empty"), "--out", path("c")], 2, /empty/],
    [
      "a config that is not there",
      ["run", path("none.yaml")],
      2,
      /Cannot read the config file .*none\.yaml/,
    ],
    [
      "a config that is no YAML",
      ["run", write("bad.yaml", "a: [1"), "--out", path("d")],
      2,
      /bad\.yaml is not valid YAML or JSON/,
    ],
    [
      "an unknown setting",
      ["run", write("unknown.yaml", "corpus: scenes:9\nbnd: 3\n"), "--out", path("e")],
      2,
      /unknown\.yaml: the file: Unrecognized key: "bnd"/,
    ],
    [
      "a wrong value",
      [
        "run",
        write("wrong.yaml", "corpus: scenes:9\nmine: {hardNegatives: many}\n"),
        "--out",
        path("f"),
      ],
      2,
      /mine\.hardNegatives: .*expected number/,
    ],
    [
      "a band upside down",
      ["run", ...SMALL, "--band", "0.9,0.8", "--out", path("g")],
      2,
      /lower bound must be below/,
    ],
    [
      "a band of an unknown relation",
      ["run", ...SMALL, "--band", "X=0.8,0.9", "--out", path("h")],
      2,
      /no relation X, only/,
    ],
    [
      "a missing model folder",
      ["run", ...SMALL, "--encoder", path("no-such-model"), "--out", path("i")],
      2,
      /no-such-model/,
    ],
    [
      "a model folder without a model",
      ["run", ...SMALL, "--encoder", path("no-model"), "--out", path("j")],
      2,
      /config\.json/,
    ],
    [
      "a file that is no model",
      [
        "run",
        write(
          "broken.yaml",
          `corpus: scenes:9\nrelations: {I: {encoder: {model: ${path("broken.onnx")}, preprocessing: {size: 32, mean: 0.5, std: 0.5}}}}\n`,
        ),
        "--out",
        path("k"),
      ],
      4,
      /broken\.onnx/,
    ],
    [
      "a model whose outputs do not fit",
      [
        "run",
        ...SMALL,
        "--encoder",
        write(
          "unfit.json",
          JSON.stringify({
            model: join(FIXTURES, "clip/onnx/vision_model.onnx"),
            output: "prob",
            preprocessing: { size: 32, mean: 0.5, std: 0.5 },
          }),
        ),
        "--out",
        path("o"),
      ],
      2,
      /outputs image_embeds, expected "prob"/,
    ],
    [
      "a model without its name",
      ["run", ...SMALL, "--vlm-url", "http://127.0.0.1:9/v1", "--out", path("l")],
      2,
      /--vlm-model/,
    ],
    [
      "a missing key",
      [
        "run",
        ...SMALL,
        "--vlm-url",
        "http://127.0.0.1:9/v1",
        "--vlm-model",
        "m",
        "--api-key-env",
        "MEGAPAIRS_NO_SUCH_KEY",
        "--out",
        path("m"),
      ],
      2,
      /MEGAPAIRS_NO_SUCH_KEY/,
    ],
    ["a directory that is no run", ["inspect", path("empty")], 2, /not a run directory/],
    [
      "a run directory that is a file",
      ["run", ...SMALL, "--out", path("broken.onnx")],
      2,
      /broken\.onnx/,
    ],
    [
      "a band that catches nothing",
      ["run", ...SMALL, "--band", "0.99998,0.99999", "--out", path("n")],
      2,
      /caught nothing: the cosines .* --redo mine/,
    ],
  ])(
    "%s",
    async (_name, args, code, message) => {
      const result = await runCli(args);
      expect(result.stderr).toMatch(message);
      const complaints = result.stderr
        .split("\n")
        .filter((line) => /^(megapairs|error):/.test(line));
      expect(complaints).toHaveLength(1);
      expect(result.stderr).not.toMatch(/^ +at /m);
      expect(result.code).toBe(code);
    },
    60_000,
  );
});

describe("a dead endpoint", () => {
  it("stops with exit code 5, keeps what is done, and the run goes on with another one", async () => {
    const out = path("endpoint");
    const dead = ["--vlm-url", "http://127.0.0.1:9/v1", "--vlm-model", "none"];
    const stopped = await runCli(["run", ...SMALL, ...dead, "--out", out]);
    expect(stopped.code).toBe(5);
    expect(stopped.stderr).toMatch(/megapairs: .*127\.0\.0\.1:9/);
    const mined = await runCli(["inspect", out, "--json"]);
    expect(JSON.parse(mined.stdout)).toMatchObject({ images: 24, triplets: 0 });
  }, 120_000);
});

describeDisks(directory, (mount) => {
  it("full: exit code 6, and the same command goes on when there is room", async () => {
    const disk = mount("full", "size=600k");
    const out = join(disk, "run");
    const stopped = await runCli([
      "run",
      "--images",
      "scenes:200",
      "--shard-size",
      "32",
      "--out",
      out,
    ]);
    expect(stopped.stderr).toMatch(/megapairs: .*no space left on the disk/);
    expect(stopped.code).toBe(6);
    execFileSync("mount", ["-o", "remount,size=200m", disk]);
    const resumed = await runCli([
      "run",
      "--images",
      "scenes:200",
      "--shard-size",
      "32",
      "--out",
      out,
    ]);
    expect(resumed.stderr).not.toContain("megapairs:");
    expect(resumed.code).toBe(0);
  }, 180_000);

  it("read-only: refused with a documented code before anything is spent", async () => {
    const disk = mount("read-only", "size=1m");
    execFileSync("mount", ["-o", "remount,ro", disk]);
    const { code, stderr } = await runCli(["run", ...SMALL, "--out", join(disk, "run")]);
    expect(stderr).toMatch(/megapairs: .*read-only/i);
    expect([2, 6]).toContain(code);
  }, 60_000);
});

it("leaves nothing behind where it refused to start", () => {
  for (const name of ["a", "d", "e", "f", "g", "h"]) expect(existsSync(path(name))).toBe(false);
  rmSync(path("empty"), { recursive: true });
});
