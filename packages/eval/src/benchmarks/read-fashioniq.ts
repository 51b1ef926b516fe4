import { join } from "node:path";
import { z } from "zod";
import type { Benchmark, BenchmarkPicture, BenchmarkQuery } from "./benchmark.ts";
import { createBenchmark } from "./create-benchmark.ts";
import sizes from "./official-sizes.json" with { type: "json" };
import { checkDistinct, checkSize, corrupt, readAnnotations } from "./read-annotations.ts";

/** Where FashionIQ is, and which gallery is ranked. */
export interface ReadFashioniqOptions {
  /** Folder of the official repository: holds `captions` and `image_splits`. */
  readonly directory: string;
  /**
   * `split` (the default, and the paper's): every image of the category's val split, 3,817 dresses,
   * 6,346 shirts, 5,373 tops. `VAL`: only the references and targets of the val queries, a smaller
   * and easier gallery that other papers use; not comparable, so the title says it.
   */
  readonly gallery?: "split" | "VAL" | undefined;
}

const CATEGORIES = ["dress", "shirt", "toptee"] as const;

const query = z.object({
  target: z.string().min(1),
  candidate: z.string().min(1),
  captions: z.array(z.string()).length(2),
});

/**
 * FashionIQ val, all three categories, from its official files. The text of a query is
 * `{caption1}, and {caption2}`; the reference (`candidate` in the files) stays in the gallery.
 * The files have no ids: a query is `{category}/{position from 0}`.
 *
 * @throws `invalid-argument` if a file is not there; `corrupt-data`, with the place, if it is cut
 * short, of another version or has ids that are not in the split.
 */
export async function readFashioniq({
  directory,
  gallery = "split",
}: ReadFashioniqOptions): Promise<Benchmark> {
  const queries: BenchmarkQuery[] = [];
  const galleries = new Map<string, readonly string[]>();
  for (const category of CATEGORIES) {
    const imagesFile = join(directory, "image_splits", `split.${category}.val.json`);
    const file = join(directory, "captions", `cap.${category}.val.json`);
    const split = await readAnnotations("fashioniq", imagesFile, z.array(z.string()));
    const rows = await readAnnotations("fashioniq", file, z.array(query));
    const images = new Set(split);
    if (images.size < split.length) checkDistinct(imagesFile, split);
    checkSize(imagesFile, "images", split.length, sizes.fashioniq[category].gallery);
    checkSize(file, "queries", rows.length, sizes.fashioniq[category].queries);
    const used = new Set<string>();
    for (const [index, { target, candidate, captions }] of rows.entries()) {
      for (const id of [target, candidate]) {
        if (!images.has(id))
          throw corrupt(`${file}: [${index}]`, `image ${id}`, "one of the split");
        used.add(id);
      }
      queries.push({
        id: `${category}/${index}`,
        referenceId: candidate,
        picture: picture(candidate),
        text: captions.join(", and "),
        targets: new Map([[target, 1]]),
        subsetIds: [],
        gallery: category,
        groups: [category],
      });
    }
    galleries.set(category, gallery === "VAL" ? split.filter((id) => used.has(id)) : split);
  }
  return createBenchmark({
    name: "fashioniq",
    split: "val",
    variant: gallery === "VAL" ? "VAL gallery" : undefined,
    protocol: `the reference is kept in the ranking; the gallery is ${gallery === "VAL" ? "what the category's val queries mention" : "the category's whole val split"}`,
    queries,
    galleries,
    candidateOf: (_, id) => ({ picture: picture(id) }),
  });
}

function picture(id: string): BenchmarkPicture {
  return { paths: [`images/${id}.png`, `images/${id}.jpg`, `${id}.png`, `${id}.jpg`] };
}
