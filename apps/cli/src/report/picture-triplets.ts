import type { RunDatabase, StoredImageWithBytes } from "@megapairs/dataset";
import { fitImage, inspectImage } from "@megapairs/image";
import type { ReportPicture, SampleTriplet } from "@megapairs/report";
import type { TripletRecord } from "@megapairs/spec";

const SIDE = 240;
const NEGATIVE_SIDE = 96;

/** Triplets of a run with small pictures of their images. */
export async function pictureTriplets(
  database: RunDatabase,
  triplets: readonly TripletRecord[],
): Promise<SampleTriplet[]> {
  const pictured: SampleTriplet[] = [];
  for (const triplet of triplets) {
    const { id, queryId, targetId, hardNegativeIds, instructions, description, evidence } = triplet;
    const negatives = hardNegativeIds.filter((one) => one !== queryId);
    const pictures: ReportPicture[] = [];
    const ids = [queryId, targetId, ...negatives];
    for await (const image of database.readImages({ ids, bytes: true })) {
      pictures.push(await drawPicture(image, pictures.length < 2 ? SIDE : NEGATIVE_SIDE));
    }
    const [query, target, ...hardNegatives] = pictures;
    const texts = { instructions, description, evidence };
    pictured.push({ id, query: query!, target: target!, hardNegatives, ...texts });
  }
  return pictured;
}

async function drawPicture(image: StoredImageWithBytes, maxSide: number): Promise<ReportPicture> {
  const { path: name, caption } = image;
  const { bytes } = await fitImage(
    { type: "bytes", bytes: image.bytes, mediaType: image.mediaType },
    { maxPixels: maxSide * maxSide, maxSide, mediaType: "image/jpeg", quality: 80 },
  );
  const { width, height } = await inspectImage(bytes);
  const url = `data:image/jpeg;base64,${Buffer.from(bytes).toString("base64")}`;
  return { url, width, height, name, ...(caption !== undefined && { caption }) };
}
