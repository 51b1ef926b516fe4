import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./planted-workspace.ts";

/** A workspace package as its files describe it. */
export interface WorkspacePackage {
  /** Path from the root: `packages/spec`. */
  readonly directory: string;
  readonly tag: string;
  readonly manifest: PackageManifest;
}

/** The parts of a package.json that the structure tests read. */
interface PackageManifest {
  readonly name: string;
  readonly description?: string;
  readonly license?: string;
  readonly private?: boolean;
  readonly type?: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** Every package below a workspace folder, in name order. */
export function workspacePackages(folder: "packages" | "apps" | "tooling"): WorkspacePackage[] {
  return readdirSync(join(root, folder))
    .toSorted()
    .map((name) => `${folder}/${name}`)
    .filter((directory) => existsSync(join(root, directory, "package.json")))
    .map((directory) => {
      const read = (file: string): unknown =>
        JSON.parse(readFileSync(join(root, directory, file), "utf8"));
      const { tags } = read("turbo.json") as { readonly tags: readonly string[] };
      return { directory, tag: tags[0] ?? "", manifest: read("package.json") as PackageManifest };
    });
}
