import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";
import type { ZodType } from "zod";
import { corrupt } from "./read-annotations.ts";

/** A row and where it stands, for messages. */
export interface PlacedRow<Value> {
  /** `ImageNet-1K.jsonl: line 3`. */
  readonly at: string;
  readonly value: Value;
}

const ROW_FILE = /\.(?:parquet|jsonl)$/u;

/**
 * The files that hold a table: `NAME.jsonl`, `NAME.parquet`, or those in the folder `NAME` and in its
 * folder `test`, by ascending path. Empty where there are none.
 */
export async function findRowFiles(directory: string, name: string): Promise<readonly string[]> {
  for (const end of ["jsonl", "parquet"]) {
    const file = join(directory, `${name}.${end}`);
    if (await isFile(file)) return [file];
  }
  for (const folder of [join(directory, name), join(directory, name, "test")]) {
    const names = await readdir(folder).catch(() => []);
    const files = names.filter((one) => ROW_FILE.test(one)).toSorted();
    if (files.length > 0) return files.map((one) => join(folder, one));
  }
  return [];
}

/**
 * The rows of a Parquet file (uncompressed or Snappy, as the Hugging Face hub writes them) or of JSON
 * Lines, each checked. Throws `corrupt-data`, with the place, for what is cut short or of another form.
 */
export async function* readRows<Value>(
  file: string,
  schema: ZodType<Value>,
): AsyncGenerator<PlacedRow<Value>> {
  for await (const { at, value } of file.endsWith(".parquet") ? parquet(file) : jsonLines(file)) {
    yield { at, value: checkRow(at, value, schema) };
  }
}

/** One row, checked. Throws `corrupt-data` with the place in it. */
export function checkRow<Value>(at: string, value: unknown, schema: ZodType<Value>): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  const expected = message.replace(/^(?:Invalid input: )?(?:expected )?/u, "");
  throw corrupt(`${at}: ${path.join(".") || "all"}`, "another form", expected);
}

async function* parquet(file: string): AsyncGenerator<PlacedRow<unknown>> {
  let rows: readonly unknown[];
  try {
    rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw corrupt(file, `no whole Parquet (${reason})`, "the published file", error);
  }
  for (const [index, value] of rows.entries()) yield { at: `${file}: row ${index}`, value };
}

async function* jsonLines(file: string): AsyncGenerator<PlacedRow<unknown>> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  let number = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === "") continue;
    const at = `${file}: line ${number}`;
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch (error) {
      throw corrupt(at, "no whole JSON", "one row a line", error);
    }
    yield { at, value };
  }
}

async function isFile(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
