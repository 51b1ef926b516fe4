import { join } from "node:path";
import { z } from "zod";
import { cocoPicture } from "./coco-picture.ts";
import type { Benchmark, BenchmarkItem, BenchmarkQuery } from "./benchmark.ts";
import { createBenchmark } from "./create-benchmark.ts";
import sizes from "./official-sizes.json" with { type: "json" };
import { checkSize, readAnnotations } from "./read-annotations.ts";

/** Where GeneCIS is. */
export interface ReadGenecisOptions {
  /** Folder with `focus_attribute.json`, `change_attribute.json`, `focus_object.json`, `change_object.json`. */
  readonly directory: string;
}

const GENOME_FOLDERS = ["VG_100K_all/", "VG_100K/", "VG_100K_2/", ""];

const TASKS = ["focus_attribute", "change_attribute", "focus_object", "change_object"] as const;

const cocoImage = z
  .object({ val_image_id: z.number().int().positive() })
  .transform(({ val_image_id: id }) => {
    const imageId = String(id);
    const picture = cocoPicture(imageId, ["val2017/", "coco/val2017/", ""]);
    return { imageId, item: { picture } };
  });
const genomeImage = z
  .object({
    image_id: z.string().min(1),
    instance_bbox: z.tuple([z.number(), z.number(), z.number().positive(), z.number().positive()]),
  })
  .transform(({ image_id: imageId, instance_bbox: box }) => {
    const paths = GENOME_FOLDERS.map((folder) => `${folder}${imageId}.jpg`);
    return { imageId, item: { picture: { paths, box } } };
  });

/**
 * The four tasks of GeneCIS from the official files. The text of a query is its condition,
 * unchanged. The files have no ids: a query is `{task}/{position from 0}`, and its candidates are
 * `"0"`, the target, to `"14"` (`"9"` in focus_attribute), the gallery in the order of the file, since
 * an image can come twice. A model that scores all alike must break ties at random, not by position.
 *
 * @throws `invalid-argument` if a file is not there; `corrupt-data`, with the place, if it is cut
 * short or of another version.
 */
export async function readGenecis({ directory }: ReadGenecisOptions): Promise<Benchmark> {
  const queries: BenchmarkQuery[] = [];
  const galleries = new Map<string, readonly string[]>();
  const candidates = new Map<string, readonly BenchmarkItem[]>();
  for (const task of TASKS) {
    const { queries: count, candidates: perQuery } = sizes.genecis[task];
    const image = task.endsWith("_object") ? cocoImage : genomeImage;
    const file = join(directory, `${task}.json`);
    const rows = await readAnnotations(
      "genecis",
      file,
      z.array(
        z.object({
          condition: z.string().min(1),
          reference: image,
          target: image,
          gallery: z.array(image).length(perQuery - 1),
        }),
      ),
    );
    checkSize(file, "queries", rows.length, count);
    galleries.set(
      task,
      Array.from({ length: perQuery }, (_, index) => String(index)),
    );
    for (const [index, { condition, reference, target, gallery }] of rows.entries()) {
      const id = `${task}/${index}`;
      candidates.set(
        id,
        [target, ...gallery].map(({ item }) => item),
      );
      queries.push({
        id,
        referenceId: reference.imageId,
        picture: reference.item.picture,
        text: condition,
        targets: new Map([["0", 1]]),
        subsetIds: [],
        gallery: task,
        groups: [task],
      });
    }
  }
  return createBenchmark({
    name: "genecis",
    protocol: "attribute tasks crop the object, dilated by 0.7",
    queries,
    galleries,
    candidateOf: ({ id }, position) => candidates.get(id)![Number(position)]!,
  });
}
