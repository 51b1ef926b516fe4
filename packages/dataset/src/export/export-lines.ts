import { MegaPairsError } from "@megapairs/spec";
import type { TripletRecord } from "@megapairs/spec";

import type { StoredImage } from "../store/read-options.ts";
import { exportedImagePath } from "./image-path.ts";

/** Images by id. */
export type ImageLookup = ReadonlyMap<string, StoredImage>;

/** The line of `megapairs.jsonl`, with its end. Throws `corrupt-data` on a pair without its query. */
export function tripletLine(triplet: TripletRecord, images: ImageLookup): string {
  const { id, queryId, targetId, hardNegativeIds, instructions } = triplet;
  if (hardNegativeIds[0] !== queryId) {
    throw new MegaPairsError(
      "corrupt-data",
      `pair ${id} has the first hard negative ${hardNegativeIds[0] ?? "none"}, expected its query ${queryId}`,
    );
  }
  const line = {
    q_img: pathOf(queryId, images),
    q_text: instructions,
    t_img: pathOf(targetId, images),
    hns: hardNegativeIds.map((negative) => pathOf(negative, images)),
  };
  return `${JSON.stringify(line)}\n`;
}

/** The line of `provenance.jsonl`, with its end. */
export function provenanceLine(triplet: TripletRecord, images: ImageLookup): string {
  const line = {
    pair: triplet.id,
    evidence: triplet.evidence.map(({ relation, score, rank }) => ({ relation, score, rank })),
    description: triplet.description,
    query: sourceOf(triplet.queryId, images),
    target: sourceOf(triplet.targetId, images),
  };
  return `${JSON.stringify(line)}\n`;
}

/** Path of an image in the export. Throws `corrupt-data` when the image is not there. */
function pathOf(id: string, images: ImageLookup): string {
  const image = imageOf(id, images);
  return exportedImagePath(id, image.mediaType);
}

function sourceOf(id: string, images: ImageLookup): { source: string; caption: string | null } {
  const { path, caption } = imageOf(id, images);
  return { source: path, caption: caption ?? null };
}

function imageOf(id: string, images: ImageLookup): StoredImage {
  const image = images.get(id);
  if (image !== undefined) return image;
  throw new MegaPairsError("corrupt-data", `image ${id} is not in the database`);
}
