import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plantWorkspace } from "./planted-workspace.ts";
import type { PlantedWorkspace } from "./planted-workspace.ts";
import { workspacePackages } from "./workspace-packages.ts";

/** Directions of DESIGN: who may not depend on whom, by a representative of each layer. */
const FORBIDDEN = [
  ["packages/spec", "@megapairs/image"],
  ["packages/spec", "@megapairs/mine"],
  ["packages/spec", "@megapairs/vlm-openai"],
  ["packages/spec", "@megapairs/conformance"],
  ["packages/spec", "@megapairs/cli"],
  ["packages/conformance", "@megapairs/image"],
  ["packages/conformance", "@megapairs/annotate"],
  ["packages/conformance", "@megapairs/encoder-onnx"],
  ["packages/conformance", "@megapairs/cli"],
  ["packages/image", "@megapairs/embed"],
  ["packages/onnx", "@megapairs/encoder-onnx"],
  ["packages/onnx", "@megapairs/cli"],
  ["packages/autograd", "@megapairs/mine"],
  ["packages/embed", "@megapairs/encoder-onnx"],
  ["packages/annotate", "@megapairs/vlm-openai"],
  ["packages/mine", "@megapairs/scenes"],
  ["packages/run", "@megapairs/cli"],
  ["packages/encoder-onnx", "@megapairs/embed"],
  ["packages/vlm-openai", "@megapairs/annotate"],
  ["packages/scenes", "@megapairs/cli"],
] as const;

/** Native or vendor libraries, each with the one package that knows it. */
const HOMES = [
  ["sharp", "image"],
  ["onnxruntime-node", "onnx"],
  ["@lancedb/lancedb", "dataset"],
  ["apache-arrow", "dataset"],
  ["openai", "vlm-openai"],
] as const;

const packages = (["packages", "apps", "tooling"] as const).flatMap(workspacePackages);
let planted: PlantedWorkspace;
beforeAll(() => {
  planted = plantWorkspace(packages.map(({ directory }) => directory));
});
afterAll(() => planted.remove());

function dependOn(directory: string, name: string, field: string, present: boolean): void {
  planted.editJson(`${directory}/package.json`, (manifest) => {
    const dependencies = { ...(manifest[field] as Record<string, string> | undefined) };
    if (present) dependencies[name] = "workspace:^";
    else delete dependencies[name];
    manifest[field] = dependencies;
  });
}

describe("directions between packages (turbo boundaries)", () => {
  it("hold in the workspace as it is", () => {
    expect(planted.run("turbo", "boundaries")).toMatchObject({ code: 0 });
  });

  it.each(FORBIDDEN)("refuse %s → %s", (directory, name) => {
    const field = "dependencies";
    const { manifest } = packages.find((one) => one.directory === directory) ?? {};
    expect(manifest?.[field] ?? {}).not.toHaveProperty(name);
    dependOn(directory, name, field, true);
    const { code, output } = planted.run("turbo", "boundaries");
    dependOn(directory, name, field, false);
    expect(output).toContain(name);
    expect(code).not.toBe(0);
  });
});

describe("imports inside packages (oxlint)", () => {
  const lint = (path: string, text: string): { code: number; output: string } => {
    planted.write(path, text);
    return planted.run("oxlint", path);
  };

  it.each(HOMES)("lets only one package import %s", (library, home) => {
    const text = `import * as library from "${library}";\n/** Documented. */\nexport const used: unknown = library;\n`;
    expect(lint(`packages/${home}/src/planted.ts`, text)).toMatchObject({ code: 0 });
    for (const directory of ["packages/spec", "packages/mine", "packages/scenes", "apps/cli"]) {
      const { code, output } = lint(`${directory}/src/planted.ts`, text);
      expect(output).toContain(`Only @megapairs/${home} knows ${library}.`);
      expect(code).not.toBe(0);
    }
  });

  it.each([
    ["@megapairs/spec/src/errors.ts", "apps/cli"],
    ["@megapairs/image/dist/index.js", "packages/embed"],
    ["../../spec/src/errors.ts", "packages/image"],
  ])("refuses the deep import %s", (specifier, directory) => {
    const text = `import * as deep from "${specifier}";\n/** Documented. */\nexport const used: unknown = deep;\n`;
    const { code, output } = lint(`${directory}/src/planted.ts`, text);
    expect(output).toContain("Import a workspace package by its public name.");
    expect(code).not.toBe(0);
  });

  it.each([
    ["an undocumented export", "export const bare: number = 1;", "require-export-doc"],
    ["an undocumented re-declared type", "export type Bare = string;", "require-export-doc"],
    ["any", "/** D. */\nexport const loose: any = 1;", "no-explicit-any"],
    ["a default export", "/** D. */\nexport default 1;", "no-default-export"],
    ["an export of everything", 'export * from "./other.ts";', "no-export-all"],
    ["an enum", "/** D. */\nexport enum Colour { Red }", "no-enum"],
    [
      "console in a package",
      "/** D. */\nexport const f = (): void => console.log(1);",
      "no-console",
    ],
    [
      "more than 300 lines of code",
      `/** D. */\nexport const long: number[] = [\n${"1,\n".repeat(310)}];`,
      "max-lines",
    ],
  ])("refuses %s", (_name, text, rule) => {
    const { code, output } = lint("packages/spec/src/planted.ts", `${text}\n`);
    expect(output).toContain(rule);
    expect(code).not.toBe(0);
  });

  it("refuses file names that are not kebab-case", () => {
    const { code, output } = lint(
      "packages/spec/src/notKebab.ts",
      "/** D. */\nexport const a: number = 1;\n",
    );
    expect(output).toContain("filename-case");
    expect(code).not.toBe(0);
  });
});
