import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { cocoPicture } from "./coco-picture.ts";
import type { Benchmark, BenchmarkPicture, BenchmarkQuery } from "./benchmark.ts";
import { createBenchmark } from "./create-benchmark.ts";
import sizes from "./official-sizes.json" with { type: "json" };
import { checkDistinct, checkSize, corrupt, readAnnotations } from "./read-annotations.ts";

/** Which part of CIRCO, and how. */
export interface ReadCircoOptions {
  /** Folder of the official repository: holds `annotations/val.json` and `annotations/test.json`. */
  readonly directory: string;
  /** `val` has ground truths; `test` is scored by the server. */
  readonly split: "val" | "test";
  /**
   * Takes the reference image out of every ranking, as some papers do. The official scorer does not
   * (the default), and the two are not comparable: the title says which it was.
   */
  readonly removesReference?: boolean | undefined;
  /**
   * Folder of the pictures. Where COCO's list of images is not at hand, the gallery is what lies here;
   * if that is not all of it, scores are partial.
   */
  readonly imagesDirectory?: string | undefined;
}

const GALLERY = "unlabeled2017";

const imageId = z.number().int().positive();
const testQuery = z.object({
  id: z.number().int(),
  reference_img_id: imageId,
  relative_caption: z.string().min(1),
  shared_concept: z.string().min(1),
});
const valQuery = testQuery.extend({
  target_img_id: imageId,
  gt_img_ids: z.array(imageId).min(1),
  semantic_aspects: z.array(z.string()),
});
type CircoRow = z.infer<typeof testQuery> & Partial<z.infer<typeof valQuery>>;
const coco = z.object({ images: z.array(z.object({ id: imageId })) });

/**
 * CIRCO from its official files. The text of a query is
 * `Find a picture that also {shared_concept}, but {relative_caption}.`: leaving the shared concept
 * out is the commonest reason why published scores are not reached.
 *
 * The gallery are the 123,403 images of COCO unlabeled2017; their ids are read where
 * `COCO2017_unlabeled/annotations/image_info_unlabeled2017.json` is in the folder, else predictions
 * are not checked against them. Ids are decimal numbers without leading zeros.
 *
 * @throws `invalid-argument` if a file is not there; `corrupt-data`, with the place, if it is cut
 * short, of another version or has ids that do not fit together.
 */
export async function readCirco({
  directory,
  split,
  removesReference = false,
  imagesDirectory,
}: ReadCircoOptions): Promise<Benchmark> {
  const file = join(directory, "annotations", `${split}.json`);
  const rows: readonly CircoRow[] =
    split === "val"
      ? await readAnnotations("circo", file, z.array(valQuery))
      : await readAnnotations("circo", file, z.array(testQuery));
  checkSize(file, "queries", rows.length, sizes.circo[split].queries);
  const official = await readGallery(directory);
  for (const [index, row] of rows.entries()) checkRow(`${file}: [${index}]`, row, index, official);
  const gallery = official ?? (await listGallery(imagesDirectory));
  return createBenchmark({
    name: "circo",
    split,
    variant: removesReference ? "reference removed" : undefined,
    protocol: `the reference is ${removesReference ? "removed from" : "kept in"} the ranking`,
    removesReference,
    queries: rows.map((row) => toQuery(row)),
    galleries: new Map(gallery === undefined ? [] : [[GALLERY, [...gallery]]]),
    candidateOf: (_, id) => ({ picture: picture(id) }),
    shortfalls:
      gallery === undefined || gallery.size === sizes.circo.gallery
        ? []
        : [{ what: "candidates", found: gallery.size, expected: sizes.circo.gallery }],
  });
}

function toQuery(row: CircoRow): BenchmarkQuery {
  return {
    id: String(row.id),
    referenceId: String(row.reference_img_id),
    picture: picture(String(row.reference_img_id)),
    text: `Find a picture that also ${row.shared_concept}, but ${row.relative_caption}.`,
    targets: new Map((row.gt_img_ids ?? []).map((id) => [String(id), 1])),
    subsetIds: [],
    gallery: GALLERY,
    groups: row.semantic_aspects ?? [],
  };
}

function checkRow(
  where: string,
  { id, reference_img_id: reference, target_img_id: target, gt_img_ids: truths = [] }: CircoRow,
  index: number,
  gallery: ReadonlySet<string> | undefined,
): void {
  if (id !== index) throw corrupt(`${where}.id`, String(id), `its position, ${index}`);
  if (target !== truths[0]) {
    throw corrupt(`${where}.gt_img_ids`, `${truths[0]} first`, `the target image, ${target}`);
  }
  checkDistinct(`${where}.gt_img_ids`, truths);
  const unknown = [reference, ...truths].find((one) => gallery?.has(String(one)) === false);
  if (unknown !== undefined) throw corrupt(where, `image ${unknown}`, "one of COCO unlabeled2017");
}

async function readGallery(directory: string): Promise<ReadonlySet<string> | undefined> {
  const file = join(directory, "COCO2017_unlabeled/annotations/image_info_unlabeled2017.json");
  if (!existsSync(file)) return undefined;
  const { images } = await readAnnotations("circo", file, coco);
  const ids = new Set(images.map(({ id }) => String(id)));
  checkSize(file, "images", ids.size, sizes.circo.gallery);
  return ids;
}

const FOLDERS = ["COCO2017_unlabeled/unlabeled2017/", "unlabeled2017/", ""];

function picture(id: string): BenchmarkPicture {
  return cocoPicture(id, FOLDERS);
}

const COCO_FILE = /^0*([1-9]\d*)\.jpg$/u;

/** Ids of the pictures in the first folder that has any, ascending. */
async function listGallery(
  directory: string | undefined,
): Promise<ReadonlySet<string> | undefined> {
  if (directory === undefined) return undefined;
  for (const folder of FOLDERS) {
    const names = await readdir(join(directory, folder)).catch(() => []);
    const ids = names.flatMap((name) => COCO_FILE.exec(name)?.[1] ?? []);
    if (ids.length > 0) return new Set(ids.toSorted((one, other) => Number(one) - Number(other)));
  }
  return undefined;
}
