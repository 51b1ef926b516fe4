import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import { parse } from "yaml";
import type { JsonValue } from "@megapairs/spec";
import { z } from "zod";
import { describeIssues } from "./describe-issues.ts";
import { resolvePaths } from "./resolve-paths.ts";
import { runConfigSchema } from "./run-config.ts";
import type { RunConfig } from "./run-config.ts";

/**
 * Checks settings and fills in the defaults.
 *
 * @throws `invalid-argument` naming every wrong key and value.
 */
export function parseConfig(value: unknown, source: string): RunConfig {
  const parsed = runConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MegaPairsError("invalid-argument", `${source}: ${describeIssues(parsed.error)}.`);
}

/** Settings as the manifest keeps them. */
export function configAsJson(config: object): JsonValue {
  return z.json().parse(JSON.parse(JSON.stringify(config)));
}

/** Settings as the manifest gave them back. */
export function settingsOf(json: JsonValue): Record<string, unknown> {
  return z.record(z.string(), z.unknown()).parse(json);
}

/** Reads a YAML or JSON file as plain data; relative paths in it are taken from its folder. */
export async function readConfigFile(file: string): Promise<Record<string, unknown>> {
  return resolvePaths(await readMapping(file), dirname(resolve(file)));
}

/** Reads a YAML or JSON file as plain data. `invalid-argument` where it holds no mapping. */
export async function readMapping(file: string): Promise<Record<string, unknown>> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `Cannot read the config file ${file}.`, { cause });
  }
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new MegaPairsError("invalid-argument", `${file} is not valid YAML or JSON: ${reason}`, {
      cause,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new MegaPairsError("invalid-argument", `${file} holds no settings, expected a mapping.`);
  }
  return { ...value };
}
