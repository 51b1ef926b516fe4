import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The repository's root. */
export const root: string = join(import.meta.dirname, "../../..");

/** How a command ended. */
interface CommandResult {
  readonly code: number;
  /** Standard output and standard error together. */
  readonly output: string;
}

/** A throw-away copy of what the boundary tools read, to plant violations in. */
export interface PlantedWorkspace {
  readonly directory: string;
  /** Writes a file, given by its path in the workspace. */
  write(path: string, text: string): void;
  /** Changes a package's manifest. */
  editJson(path: string, edit: (json: Record<string, unknown>) => void): void;
  run(tool: "turbo" | "oxlint", ...args: string[]): CommandResult;
  remove(): void;
}

const ROOT_FILES = ["package.json", "pnpm-lock.yaml", "pnpm-workspace.yaml", "turbo.json"];

/** Copies manifests, tags and lint settings of the workspace into a temporary directory. */
export function plantWorkspace(packageDirectories: readonly string[]): PlantedWorkspace {
  const directory = mkdtempSync(join(tmpdir(), "megapairs-plant-"));
  const copy = (path: string): void => cpSync(join(root, path), join(directory, path));
  for (const file of [...ROOT_FILES, ".oxlintrc.json", "tooling/oxlint/index.ts"]) copy(file);
  for (const name of packageDirectories) {
    copy(`${name}/package.json`);
    copy(`${name}/turbo.json`);
  }
  return {
    directory,
    write(path, text) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    },
    editJson(path, edit) {
      const file = join(directory, path);
      const json = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
      edit(json);
      writeFileSync(file, JSON.stringify(json));
    },
    run(tool, ...args) {
      const command = join(root, "node_modules/.bin", tool);
      const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", NO_COLOR: "1" };
      try {
        const options = { cwd: directory, env, encoding: "utf8", stdio: "pipe" } as const;
        return { code: 0, output: execFileSync(command, args, options) };
      } catch (error) {
        const failed = error as { status: number; stdout: string; stderr: string };
        return { code: failed.status, output: `${failed.stdout}${failed.stderr}` };
      }
    },
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}
