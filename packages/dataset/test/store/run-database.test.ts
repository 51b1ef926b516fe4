import { readdir } from "node:fs/promises";
import path from "node:path";

import { connect } from "@lancedb/lancedb";
import {
  embeddingTableName,
  nearDuplicateTableName,
  neighbourTableName,
  openRunDatabase,
  readNpy,
} from "@megapairs/dataset";
import type { NearDuplicateRecord, NeighbourRecord, PairRecord } from "@megapairs/spec";
import { expect, test } from "vitest";

import {
  collect,
  embedding,
  FINGERPRINT,
  imageRow,
  imageShard,
  pair,
  sha256,
} from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
let count = 0;
const freshUri = (): string => path.join(root, `database-${(count += 1)}`);

test("images come back byte for byte, by shard and ordinal, whatever the order of commits", async () => {
  const database = await openRunDatabase(freshUri());
  for (const shard of [2, 0, 1]) await database.commit(imageShard(shard));

  const images = await collect(database.readImages({ bytes: true }));
  expect(images).toEqual(
    Array.from({ length: 30 }, (_, index) => ({
      ...imageRow(index),
      shard: `00000${Math.floor(index / 10)}`,
    })),
  );
  expect(await database.shardsOf("images")).toEqual(["000000", "000001", "000002"]);
  expect(await database.countRows("images")).toBe(30);
  const one = await collect(database.readImages({ shard: "000001" }));
  expect(one.map((image) => image.ordinal)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
  expect(one[0]).not.toHaveProperty("bytes");
  database.close();
});

test("images are looked up in the order of the ids, and a missing one is an error", async () => {
  const database = await openRunDatabase(freshUri());
  await database.commit(imageShard(0));
  const ids = [7, 2, 7, 5].map((number) => imageRow(number).id);
  const images = await collect(database.readImages({ ids, bytes: true }));
  expect(images.map((image) => image.id)).toEqual(ids);
  expect(images.map((image) => sha256(image.bytes))).toEqual(ids);
  await expect(collect(database.readImages({ ids: [sha256("x")] }))).rejects.toMatchObject({
    code: "corrupt-data",
  });
  expect(await database.imageIds()).toEqual(
    Array.from({ length: 10 }, (_, index) => imageRow(index).id).toSorted(),
  );
});

test("a shard counts once: a second commit returns the first", async () => {
  const database = await openRunDatabase(freshUri());
  const commits = await Promise.all([0, 0, 0].map((shard) => database.commit(imageShard(shard))));
  expect(new Set(commits.map((commit) => JSON.stringify(commit))).size).toBe(1);
  expect(commits[0]).toMatchObject({ shard: "000000", rows: { images: 10 }, rejected: 1 });
  expect(await collect(database.readImages())).toHaveLength(10);
  expect(await database.commits(sha256("ingest"))).toEqual([commits[0]]);
});

test("two databases on one directory count a shard once too, and see each other's", async () => {
  const uri = freshUri();
  const [left, right] = [await openRunDatabase(uri), await openRunDatabase(uri)];
  await left.commit(imageShard(5));
  await Promise.all(
    [0, 1, 2, 3].flatMap((shard) => [
      left.commit(imageShard(shard)),
      right.commit(imageShard(shard)),
    ]),
  );
  expect(await collect(left.readImages())).toEqual(await collect(right.readImages()));
  expect(await collect(right.readImages())).toHaveLength(50);
  expect(await collect(right.readRejects())).toHaveLength(5);
  expect(await left.verify()).toEqual([]);
  expect(await left.commits(sha256("ingest"))).toEqual(await right.commits(sha256("ingest")));
});

test("the digest tells rows apart, not their order or stage", async () => {
  const [one, two, three] = await Promise.all([0, 1, 2].map(() => openRunDatabase(freshUri())));
  for (const shard of [0, 1]) await one?.commit(imageShard(shard));
  for (const shard of [1, 0]) await two?.commit(imageShard(shard, "another identity"));
  await three?.commit(imageShard(0));
  const other = imageShard(1);
  const images = (other.tables["images"] ?? []).map((row, index) =>
    index === 3 ? { ...row, caption: "another caption" } : row,
  );
  await three?.commit({ ...other, tables: { images } });
  expect(await two?.contentDigest()).toBe(await one?.contentDigest());
  expect(await three?.contentDigest()).not.toBe(await one?.contentDigest());
});

test("rows without a done-mark are invisible, and recover removes them", async () => {
  const uri = freshUri();
  const database = await openRunDatabase(uri);
  await database.commit(imageShard(0));
  await database.commit(imageShard(1));
  const connection = await connect(uri);
  const commits = await connection.openTable("commits");
  await commits.delete("shard = '000001'");

  expect(await collect(database.readImages())).toHaveLength(10);
  expect(await database.countRows("images")).toBe(10);
  expect(await collect(database.readRejects())).toHaveLength(1);
  expect(await (await connection.openTable("images")).countRows()).toBe(20);
  await database.recover(sha256("another stage"), ["images"]);
  expect(await (await connection.openTable("images")).countRows()).toBe(20);
  await database.recover(sha256("ingest"), ["images", "pairs"]);
  expect(await (await connection.openTable("images")).countRows()).toBe(10);
  expect(await (await connection.openTable("rejects")).countRows()).toBe(1);
  await database.commit(imageShard(1));
  expect(await collect(database.readImages())).toHaveLength(20);
});

test("verify names a shard whose rows were changed", async () => {
  const uri = freshUri();
  const database = await openRunDatabase(uri);
  await database.commit(imageShard(0));
  await database.commit(imageShard(1));
  expect(await database.verify()).toEqual([]);
  const images = await (await connect(uri)).openTable("images");
  await images.update({ where: "ordinal = 12", values: { width: 1 } });
  expect((await database.verify()).map((damage) => damage.shard)).toEqual(["000001"]);
});

test("embeddings come back as the same float32, ids ascending", async () => {
  const database = await openRunDatabase(freshUri());
  const table = embeddingTableName("I", FINGERPRINT);
  const rows = Array.from({ length: 25 }, (_, index) => embedding(imageRow(index).id));
  const stage = { stage: "embed", identity: "e", rejects: [] };
  await database.commit({
    ...stage,
    shard: "b",
    tables: { [table]: rows.slice(10).map((row) => ({ ...row })) },
  });
  await database.commit({
    ...stage,
    shard: "a",
    tables: { [table]: rows.slice(0, 10).map((row) => ({ ...row })) },
  });

  const matrix = await database.readEmbeddings("I", FINGERPRINT);
  const sorted = rows.toSorted((left, right) => (left.imageId < right.imageId ? -1 : 1));
  expect(matrix.dimensions).toBe(8);
  expect(matrix.ids).toEqual(sorted.map((row) => row.imageId));
  expect([...matrix.vectors]).toEqual(sorted.flatMap((row) => [...row.vector]));
  expect(await database.storedIds("I", FINGERPRINT)).toEqual(matrix.ids);
  for (const dataType of ["float32", "float16"] as const) {
    const file = `${freshUri()}.npy`;
    const spooled = await database.spoolEmbeddings("I", FINGERPRINT, { file, dataType });
    expect(spooled).toMatchObject({ ids: matrix.ids, dimensions: 8, dataType });
    const part = await spooled.read(3, 9);
    const expected = matrix.vectors.slice(3 * 8, 9 * 8);
    const { values } = await readNpy(file);
    expect([...values.subarray(3 * 8, 9 * 8)]).toEqual(
      dataType === "float32" ? [...expected] : [...new Float16Array(expected)],
    );
    expect(part.constructor).toBe(dataType === "float32" ? Float32Array : Uint16Array);
    await spooled.close();
  }
  const nowhere = { file: `${freshUri()}/a/b.npy` };
  await expect(database.spoolEmbeddings("I", FINGERPRINT, nowhere)).rejects.toMatchObject({
    code: "unavailable",
  });
  expect(await database.readEmbeddings("D", FINGERPRINT)).toEqual({
    ids: [],
    dimensions: 0,
    vectors: new Float32Array(0),
  });

  const bad = async (vector: Float32Array): Promise<void> => {
    const output = { ...stage, shard: "c", tables: { [table]: [{ imageId: "x", vector }] } };
    await expect(database.commit(output)).rejects.toMatchObject({ code: "invalid-argument" });
  };
  await bad(new Float32Array(7).fill(Math.sqrt(1 / 7)));
  await bad(new Float32Array(8));
  await bad(new Float32Array(8).fill(Number.NaN));
  await bad(Float32Array.of(Infinity, 0, 0, 0, 0, 0, 0, 0));
  await bad(new Float32Array(8).fill(0.36));
  expect(await database.commits("e")).toHaveLength(2);
});

test("records of every kind survive, and triplets join them in pair order", async () => {
  const database = await openRunDatabase(freshUri());
  const pairs = Array.from({ length: 12 }, (_, index) => pair(index % 4, index + 4));
  const byKey = (left: PairRecord, right: PairRecord): number =>
    left.queryId + left.targetId < right.queryId + right.targetId ? -1 : 1;
  const neighbours: NeighbourRecord[] = [0, 1].map((number) => ({
    queryId: imageRow(number).id,
    relation: "T",
    neighbours: number === 1 ? [] : [{ id: imageRow(2).id, score: 0.1 + 0.2, rank: 1 }],
  }));
  const copies: NearDuplicateRecord[] = ["a", "b"].map((imageId) => ({
    imageId,
    relation: "T",
    nearDuplicateIds: [imageRow(3).id, imageRow(1).id],
    total: 7,
  }));
  await database.commit({
    stage: "mine",
    identity: "m",
    shard: "0",
    tables: {
      pairs: pairs.map((row) => ({ ...row })),
      [neighbourTableName("T")]: neighbours.map((row) => ({ ...row })),
      [nearDuplicateTableName("T")]: copies.toReversed().map((row) => ({ ...row })),
    },
    rejects: [],
  });
  const annotated = pairs.slice(2);
  await database.commit({
    stage: "annotate",
    identity: "a",
    shard: "0",
    tables: {
      descriptions: pairs.map(({ id }) => ({ pairId: id, text: `about ${id}`, wordLimit: 70 })),
      instructions: annotated.map(({ id }) => ({
        pairId: id,
        texts: ["one", "two", `three ${id}`],
      })),
    },
    rejects: pairs.slice(0, 2).map(({ id }) => ({ item: id, code: "rejected", reason: "refused" })),
  });

  expect(await collect(database.readPairs())).toEqual(pairs.toSorted(byKey));
  expect(await collect(database.readNeighbours("T"))).toEqual(
    neighbours.toSorted((left, right) => (left.queryId < right.queryId ? -1 : 1)),
  );
  expect(await collect(database.readNearDuplicates("T"))).toEqual(copies);
  expect(await collect(database.readDescriptions())).toHaveLength(12);
  expect(await collect(database.readInstructions({ shard: "0" }))).toHaveLength(10);
  expect(await collect(database.readTriplets())).toEqual(
    annotated.toSorted(byKey).map((record) => ({
      ...record,
      description: `about ${record.id}`,
      instructions: ["one", "two", `three ${record.id}`],
    })),
  );
  const before = await database.contentDigest();
  await database.createIndexes();
  expect(await collect(database.readTriplets())).toHaveLength(10);
  expect(await database.contentDigest()).toBe(before);

  expect(await database.stages()).toMatchObject([
    { stage: "annotate", identity: "a", rows: { descriptions: 12, instructions: 10 }, rejected: 2 },
    { stage: "mine", identity: "m", shards: 1, rows: { pairs: 12, neighbours_T: 2 } },
  ]);
  await database.removeStage("a", ["descriptions", "instructions"]);
  expect(await collect(database.readTriplets())).toEqual([]);
  expect(await collect(database.readRejects({ stage: "annotate" }))).toEqual([]);
  expect(await database.commits("a")).toEqual([]);
  expect(await collect(database.readPairs())).toHaveLength(12);
});

test("table names are those of the layout and no others", () => {
  expect(embeddingTableName("I", FINGERPRINT)).toBe(`embeddings_I_${FINGERPRINT.slice(0, 8)}`);
  expect(neighbourTableName("D")).toBe("neighbours_D");
  expect(nearDuplicateTableName("clip-b")).toBe("near_duplicates_clip-b");
  for (const relation of ["", "a b", "../x", "I_D", "x".repeat(65)]) {
    expect(() => neighbourTableName(relation)).toThrow(
      "expected 1 to 64 letters, digits or dashes",
    );
  }
  expect(() => embeddingTableName("I", "ABCDEF01")).toThrow("at least 8 lower-case hex digits");
});

test("rows that do not fit their table are refused before anything is written", async () => {
  const uri = freshUri();
  const database = await openRunDatabase(uri);
  const refuse = async (
    tables: Record<string, readonly Record<string, unknown>[]>,
    message: string,
  ): Promise<void> => {
    const output = { stage: "s", identity: "i", shard: "0", tables, rejects: [] };
    await expect(database.commit(output)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(message) as string,
    });
  };
  const row = { ...imageRow(1) };
  await refuse(
    { images: [row, { ...row, width: 1.5 }] },
    "images row 1: width is 1.5, expected a 32-bit integer",
  );
  await refuse(
    { images: [{ ...row, id: undefined }] },
    "images row 0: id is undefined, expected a string",
  );
  await refuse({ images: [{ ...row, extra: 1 }] }, "extra is not a column");
  await refuse({ images: [{ ...row, bytes: "x" }] }, "bytes is string, expected a Uint8Array");
  await refuse(
    { pairs: [{ ...pair(1, 2), evidence: [{ relation: "I", score: NaN, rank: 1 }] }] },
    "evidence[0].score is NaN",
  );
  await refuse({ nonsense: [row] }, 'unknown table "nonsense"');
  await refuse({ neighbours: [row] }, 'unknown table "neighbours"');
  await refuse({ commits: [row] }, "kept by the store itself");
  expect(await readdir(uri)).toEqual(["commits.lance"]);
});

test("text with lone surrogates is stored as UTF-8 would have it", async () => {
  const database = await openRunDatabase(freshUri());
  const output = imageShard(0);
  const images = (output.tables["images"] ?? []).map((row) => ({ ...row, caption: "a\uD83Db 🐈" }));
  await database.commit({ ...output, tables: { images } });
  const [first] = await collect(database.readImages());
  expect(first?.caption).toBe("a\uFFFDb 🐈");
  expect(await database.verify()).toEqual([]);
});
