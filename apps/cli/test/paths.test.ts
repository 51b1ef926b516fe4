import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { overrideConfig } from "../src/config/override-config.ts";
import { resolveModel, resolvePaths } from "../src/config/resolve-paths.ts";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
mkdirSync(join(directory, "models/clip"), { recursive: true });

it.each([
  ["./clip", "/work/clip"],
  ["../clip", "/clip"],
  ["/models/clip", "/models/clip"],
  ["squeezenet.json", "/work/squeezenet.json"],
  ["models/dinov2.onnx", "/work/models/dinov2.onnx"],
  ["Xenova/clip-vit-base-patch32", "Xenova/clip-vit-base-patch32"],
  ["scenes/colour", "scenes/colour"],
])("takes the model %s as %s", (model, resolved) => {
  expect(resolveModel(model, "/work")).toBe(resolved);
});

it("takes a folder that is there for a folder, not for a hub id", () => {
  expect(resolveModel("models/clip", directory)).toBe(join(directory, "models/clip"));
});

it("makes every path of a file absolute and leaves the rest as it is", () => {
  const settings = {
    corpus: "photos",
    seed: 3,
    relations: {
      D: { encoder: "./dinov2", band: [0.6, 0.9] },
      I: { encoder: { model: "Xenova/clip", cacheDirectory: "cache", threads: 2 } },
      X: "wrong",
    },
  };
  expect(resolvePaths(settings, "/work")).toEqual({
    corpus: "/work/photos",
    seed: 3,
    relations: {
      D: { encoder: "/work/dinov2", band: [0.6, 0.9] },
      I: { encoder: { model: "Xenova/clip", cacheDirectory: "/work/cache", threads: 2 } },
      X: "wrong",
    },
  });
  expect(resolvePaths({ corpus: "scenes:60" }, "/work")).toEqual({ corpus: "scenes:60" });
});

it("takes paths in flags from where the command runs", () => {
  expect(overrideConfig({}, { images: "photos", encoder: ["D=./dinov2"] })).toMatchObject({
    corpus: join(process.cwd(), "photos"),
    relations: { D: { encoder: join(process.cwd(), "dinov2") } },
  });
});

it("finds a model beside the settings from any folder", async () => {
  const config = join(directory, "run.yaml");
  writeFileSync(config, "corpus: scenes:9\nrelations: { I: { encoder: ./models/clip } }\n");
  const { code, stderr } = await runCli(["run", config, "--out", join(directory, "out")], {
    cwd: "/",
  });
  expect(code).toBe(2);
  expect(stderr).toContain(join(directory, "models/clip"));
  expect(stderr).toContain("config.json");
}, 20_000);
