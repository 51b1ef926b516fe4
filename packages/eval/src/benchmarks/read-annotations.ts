import { readFile } from "node:fs/promises";
import { MegaPairsError } from "@megapairs/spec";
import type { ZodType } from "zod";
import type { BenchmarkName } from "./benchmark.ts";
import { benchmarkRules } from "./benchmark-rules.ts";

/**
 * One official JSON file, checked. Throws `invalid-argument` if it is not there, `corrupt-data` with
 * the place if it is cut short or does not have the form of the schema.
 */
export async function readAnnotations<Value>(
  name: BenchmarkName,
  file: string,
  schema: ZodType<Value>,
): Promise<Value> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const { title, source } = benchmarkRules[name];
    if (error instanceof SyntaxError) {
      throw corrupt(file, `no whole JSON (${error.message})`, `the file of ${source}`, error);
    }
    throw new MegaPairsError(
      "invalid-argument",
      `${file} cannot be read; expected the annotations of ${title}, to be had from ${source}.`,
      { cause: error },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw corrupt(
    `${file}: ${place(path)}`,
    "another form",
    message.replace(/^Invalid input: /u, ""),
  );
}

/** An error on a place of an annotation file. */
export function corrupt(
  where: string,
  found: string,
  expected: string,
  cause?: unknown,
): MegaPairsError {
  return new MegaPairsError("corrupt-data", `${where} has ${found}; expected ${expected}.`, {
    cause,
  });
}

/** Throws `corrupt-data` unless there are as many as the official file has. */
export function checkSize(file: string, what: string, found: number, official: number): void {
  if (found === official) return;
  throw corrupt(file, `${found} ${what}`, `the ${official} of the official file`);
}

/** Throws `corrupt-data` if something comes twice. */
export function checkDistinct(where: string, ids: readonly (string | number)[]): void {
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) throw corrupt(where, `${repeated} twice`, "it once");
}

function place(path: readonly PropertyKey[]): string {
  return (
    path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("") || "all"
  );
}
