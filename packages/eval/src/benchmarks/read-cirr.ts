import { join } from "node:path";
import { z } from "zod";
import type { Benchmark, BenchmarkPicture, BenchmarkQuery } from "./benchmark.ts";
import { createBenchmark } from "./create-benchmark.ts";
import sizes from "./official-sizes.json" with { type: "json" };
import { checkDistinct, checkSize, corrupt, readAnnotations } from "./read-annotations.ts";

/** Which part of CIRR, and how. */
export interface ReadCirrOptions {
  /** Folder of the branch `cirr_dataset`: holds `captions` and `image_splits` of version rc2. */
  readonly directory: string;
  /** `val` has targets; `test1` is scored by the server. */
  readonly split: "val" | "test1";
  /**
   * `hard` (the default, and what papers report): the one image the caption was written for. `soft`:
   * graded targets, as in the authors' own training code; not comparable, so the title says it.
   */
  readonly targets?: "hard" | "soft" | undefined;
}

const MEMBERS = 6;

const testQuery = z.object({
  pairid: z.number().int().nonnegative(),
  reference: z.string().min(1),
  caption: z.string(),
  img_set: z.object({ members: z.array(z.string()).length(MEMBERS) }),
});
const valQuery = testQuery.extend({
  target_hard: z.string().min(1),
  target_soft: z.record(z.string(), z.number().min(-1).max(1)),
});
type CirrRow = z.infer<typeof testQuery> & Partial<z.infer<typeof valQuery>>;

/**
 * CIRR (rc2) from its official files. The text of a query is its caption, unchanged. The gallery is
 * the whole split without the reference; subset recall ranks the other five members of the set.
 *
 * @throws `invalid-argument` if a file is not there; `corrupt-data`, with the place, if it is cut
 * short, of another version or has ids that are not in the split.
 */
export async function readCirr({
  directory,
  split,
  targets = "hard",
}: ReadCirrOptions): Promise<Benchmark> {
  const imagesFile = join(directory, "image_splits", `split.rc2.${split}.json`);
  const file = join(directory, "captions", `cap.rc2.${split}.json`);
  const files = await readAnnotations("cirr", imagesFile, z.record(z.string(), z.string()));
  const gallery = Object.keys(files);
  checkSize(imagesFile, "images", gallery.length, sizes.cirr[split].gallery);
  const rows: readonly CirrRow[] =
    split === "val"
      ? await readAnnotations("cirr", file, z.array(valQuery))
      : await readAnnotations("cirr", file, z.array(testQuery));
  checkSize(file, "queries", rows.length, sizes.cirr[split].queries);
  const images = new Set(gallery);
  const pairIds = new Set<number>();
  for (const [index, row] of rows.entries()) {
    checkRow(`${file}: [${index}]`, row, images);
    if (pairIds.has(row.pairid))
      throw corrupt(`${file}: [${index}].pairid`, `${row.pairid} again`, "a new one");
    pairIds.add(row.pairid);
  }
  const isSoft = targets === "soft";
  return createBenchmark({
    name: "cirr",
    split,
    variant: isSoft ? "target_soft" : undefined,
    protocol: `the reference is removed from the ranking; a hit is ${isSoft ? "worth its gain in target_soft" : "target_hard"}`,
    queries: rows.map((row) => toQuery(row, isSoft)),
    galleries: new Map([[split, gallery]]),
    candidateOf: (_, id) => ({ picture: picture(id) }),
  });

  function picture(id: string): BenchmarkPicture {
    const path = (files[id] ?? "").replace(/^\.\//u, "");
    return { paths: [path, `img_raw/${path}`, `${id}.png`] };
  }

  function toQuery(row: CirrRow, withGains: boolean): BenchmarkQuery {
    const { target_hard: hard, target_soft: soft = {} } = row;
    return {
      id: String(row.pairid),
      referenceId: row.reference,
      picture: picture(row.reference),
      text: row.caption,
      targets: new Map(hard === undefined ? [] : withGains ? Object.entries(soft) : [[hard, 1]]),
      subsetIds: row.img_set.members.filter((id) => id !== row.reference),
      gallery: split,
      groups: [],
    };
  }
}

function checkRow(where: string, row: CirrRow, images: ReadonlySet<string>): void {
  const { reference, img_set: set, target_hard: hard, target_soft: soft = {} } = row;
  checkDistinct(`${where}.img_set.members`, set.members);
  for (const id of [reference, ...(hard === undefined ? [] : [hard])]) {
    if (!set.members.includes(id)) throw corrupt(where, `image ${id}`, "a member of its set");
  }
  const graded = Object.keys(soft);
  if (hard !== undefined && graded.length === 0) {
    throw corrupt(`${where}.target_soft`, "no image", "at least one");
  }
  const unknown = [...set.members, ...graded].find((id) => !images.has(id));
  if (unknown !== undefined) throw corrupt(where, `image ${unknown}`, "one of the split");
}
