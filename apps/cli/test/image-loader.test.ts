import { openRunDatabase } from "@megapairs/dataset";
import type { RunDatabase } from "@megapairs/dataset";
import { beforeAll, afterAll, expect, it } from "vitest";
import { createImageLoader } from "../src/stages/image-loader.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const ids = Array.from({ length: 50 }, (_, index) => index.toString(16).padStart(64, "0"));
let database: RunDatabase;

beforeAll(async () => {
  database = await openRunDatabase(directory);
  const images = ids.map((id, ordinal) => ({
    id,
    ordinal,
    path: `${ordinal}.jpg`,
    mediaType: "image/jpeg",
    width: 1,
    height: 1,
    bytes: Uint8Array.of(ordinal),
  }));
  const identity = "f".repeat(64);
  const shard = { stage: "ingest", identity, shard: "000000", rejects: [] };
  await database.commit({ ...shard, tables: { images } });
});
afterAll(() => database.close());

it("looks images up together when they are asked for together", async () => {
  let lookups = 0;
  const load = createImageLoader({
    readImages: (options?: Parameters<RunDatabase["readImages"]>[0]) => {
      lookups += 1;
      return database.readImages({ ...options, bytes: true });
    },
  });
  const images = await Promise.all([...ids, ...ids].map(load));
  expect(images.map(({ bytes }) => bytes[0])).toEqual([...ids.keys(), ...ids.keys()]);
  expect(lookups).toBe(1);
  expect(await load(ids[7]!)).toMatchObject({ path: "7.jpg" });
  expect(lookups).toBe(2);
});

it("fails for the image that is missing, not for those asked for with it", async () => {
  const load = createImageLoader(database);
  const missing = "a".repeat(64);
  const outcomes = await Promise.allSettled([ids[0]!, missing, ids[1]!].map(load));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  await expect(load(missing)).rejects.toMatchObject({ code: "corrupt-data" });
});
