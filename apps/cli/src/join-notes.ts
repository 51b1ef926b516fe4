import { readFile } from "node:fs/promises";
import type { JoinMethod } from "@megapairs/mine";
import { z } from "zod";
import { joinMethodSchema } from "./join-method-schema.ts";
import { writeOutputFile } from "./output-file.ts";

/** How each relation of a run was joined, with the recall that was measured. */
export type JoinNotes = Readonly<Record<string, JoinMethod>>;

const notes: z.ZodType<JoinNotes> = z.record(z.string(), joinMethodSchema);

/** Reads what {@link openJoinNotes} wrote; nothing where it wrote nothing. */
export async function readJoinNotes(file: string): Promise<JoinNotes> {
  try {
    return notes.parse(JSON.parse(await readFile(file, "utf8")));
  } catch {
    return {};
  }
}

/** Keeps how relations were joined in a JSON file of the run, each note in place of an older one. */
export async function openJoinNotes(
  file: string,
): Promise<{ readonly put: (relation: string, method: JoinMethod) => Promise<void> }> {
  const known = new Map(Object.entries(await readJoinNotes(file)));
  return {
    async put(relation, method) {
      known.set(relation, method);
      const sorted = [...known].toSorted(([first], [second]) => (first < second ? -1 : 1));
      await writeOutputFile(file, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
    },
  };
}
