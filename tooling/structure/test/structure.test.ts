import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./planted-workspace.ts";
import { workspacePackages } from "./workspace-packages.ts";

const TAGS = ["spec", "kit", "foundation", "capability", "implementation"];
const VAGUE = /^(utils?|helpers?|common|misc|types)\.ts$/;
const README_LINES = 120;

const read = (path: string): string => readFileSync(join(root, path), "utf8");

function valueExports(index: string): string[] {
  const lists = [...index.matchAll(/^export \{([^}]*)\} from/gms)].map(([, names]) => names ?? "");
  return lists
    .flatMap((names) => names.split(","))
    .map((name) => name.trim().split(" as ").at(-1)?.trim() ?? "")
    .filter((name) => name !== "" && !name.startsWith("type "))
    .toSorted();
}

/** The names in the first column of the table under `## Exports`. */
function listedExports(readme: string): string[] {
  const section = readme.split(/^## Exports$/m)[1]?.split(/^## /m)[0] ?? "";
  return [...section.matchAll(/^\| (`[^|]+`) *\|/gm)]
    .flatMap(([, cell]) => [...(cell ?? "").matchAll(/`(\w+)[^`]*`/g)])
    .map(([, name]) => name ?? "");
}

describe.each(workspacePackages("packages"))("$directory", ({ directory, tag, manifest }) => {
  const index = read(`${directory}/src/index.ts`);
  const readme = existsSync(join(root, directory, "README.md"))
    ? read(`${directory}/README.md`)
    : "";

  it("has the standard manifest", () => {
    const name = manifest.name;
    expect(name).toBe(`@megapairs/${directory.split("/")[1]}`);
    expect(manifest).toMatchObject({
      license: "MIT",
      type: "module",
      description: expect.stringMatching(/^.{20,140}\.$/) as string,
      scripts: {
        build: "tsc -p tsconfig.build.json",
        typecheck: "tsc",
        test: "vitest run",
        publint: expect.stringContaining("publint --strict") as string,
      },
    });
    expect(manifest.exports?.["."]).toEqual({
      "@megapairs/source": "./src/index.ts",
      types: "./dist/index.d.ts",
      default: "./dist/index.js",
    });
    expect(Object.keys(manifest.exports?.["."] ?? {})[0]).toBe("@megapairs/source");
    expect(TAGS).toContain(tag);
  });

  it("takes dependencies from the catalog and siblings from the workspace", () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies };
    for (const [name, range] of Object.entries(all)) {
      expect(range, name).toBe(name.startsWith("@megapairs/") ? "workspace:^" : "catalog:");
    }
  });

  it("names what it exports", () => {
    expect(index).not.toMatch(/export \*/);
    expect(
      valueExports(index).length + (index.match(/^export type/gm) ?? []).length,
    ).toBeGreaterThan(0);
  });

  it("has tests", () => {
    const tests = readdirSync(join(root, directory, "test")).filter((file) =>
      file.endsWith(".test.ts"),
    );
    expect(tests.length).toBeGreaterThan(0);
  });

  it("has a README whose table lists every export, and no more", () => {
    expect(readme).not.toBe("");
    expect(
      listedExports(readme)
        .filter((name) => valueExports(index).includes(name))
        .toSorted(),
    ).toEqual(valueExports(index));
    const declared = new Set([...index.matchAll(/\b\w+\b/g)].map(([word]) => word));
    expect(listedExports(readme).filter((name) => !declared.has(name))).toEqual([]);
    expect(readme.split("\n").length).toBeLessThanOrEqual(README_LINES + 1);
    for (const heading of ["Exports", "Shapes and units", "Errors", "Sources", "Not here"]) {
      expect(readme).toMatch(new RegExp(`^## ${heading}$`, "m"));
    }
  });

  it("gives no file a name that says nothing", () => {
    const files = readdirSync(join(root, directory, "src"), { recursive: true, encoding: "utf8" });
    expect(files.filter((file) => VAGUE.test(file.split("/").at(-1) ?? ""))).toEqual([]);
  });
});

describe("the root", () => {
  it.each(["AGENTS.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE", "README.md"])(
    "has %s",
    (file) => {
      expect(read(file).length).toBeGreaterThan(200);
    },
  );

  it("lists every package in the README's table", () => {
    const table = read("README.md");
    for (const { directory, manifest } of workspacePackages("packages")) {
      expect(table, manifest.name).toContain(`(${directory})`);
    }
  });

  it("keeps decision notes dated", () => {
    const notes = readdirSync(join(root, "docs/decisions"));
    expect(notes.length).toBeGreaterThan(0);
    for (const note of notes) expect(note).toMatch(/^\d{4}-\d{2}-\d{2}-[a-z0-9-]+\.md$/);
  });
});
