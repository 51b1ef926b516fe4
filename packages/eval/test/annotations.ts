import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** Writes JSON files into a folder that goes with the test, and names the folder. */
export async function annotations(files: Readonly<Record<string, unknown>>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "megapairs-eval-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = join(directory, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  }
  return directory;
}

/** CIRCO of the official size with invented content: query n has the ground truths 10n+1 and 10n+2. */
export function circoRows(count = 220): Record<string, unknown>[] {
  return Array.from({ length: count }, (_, id) => ({
    id,
    reference_img_id: 10 * id + 9,
    target_img_id: 10 * id + 1,
    gt_img_ids: [10 * id + 1, 10 * id + 2],
    relative_caption: `is number ${id}`,
    shared_concept: "a number",
    semantic_aspects: id % 2 === 0 ? ["addition"] : ["addition", "negation"],
  }));
}

/** CIRR val of the official size: query n asks in set n mod 300 for its second member. */
export function cirrFiles(): {
  captions: Record<string, unknown>[];
  images: Record<string, string>;
} {
  const name = (index: number): string => `dev-${index}`;
  return {
    images: Object.fromEntries(
      Array.from({ length: 2297 }, (_, index) => [name(index), "./x.png"]),
    ),
    captions: Array.from({ length: 4181 }, (_, query) => {
      const members = Array.from({ length: 6 }, (_one, member) => name(6 * (query % 300) + member));
      return {
        pairid: 10_000 + query,
        reference: members[0],
        target_hard: members[1],
        target_soft: { [members[1]!]: 1, [members[2]!]: 0.5, [members[3]!]: -1 },
        caption: "is the next one",
        img_set: { id: query, members, reference_rank: 0, target_rank: 1 },
      };
    }),
  };
}
