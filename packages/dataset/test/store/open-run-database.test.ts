import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";

import { connect } from "@lancedb/lancedb";
import { openRunDatabase } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { collect, imageShard } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
let count = 0;
const freshUri = (): string => path.join(root, `database-${(count += 1)}`);

test("a place that is no database is refused in one line", async () => {
  const file = path.join(root, "file.txt");
  await writeFile(file, "x");
  const folder = path.join(root, "folder");
  await mkdir(folder);
  await writeFile(path.join(folder, "x.jpg"), "x");
  const refused = {
    code: "invalid-argument",
    message: expect.not.stringContaining("\n") as string,
  };
  await expect(openRunDatabase(file)).rejects.toMatchObject(refused);
  await expect(openRunDatabase(path.join(file, "below"))).rejects.toMatchObject(refused);
  await expect(openRunDatabase(folder)).rejects.toMatchObject(refused);
  await expect(
    openRunDatabase(path.join(root, "nowhere"), { readOnly: true }),
  ).rejects.toMatchObject(refused);
  expect(await readdir(root)).not.toContain("nowhere");
});

test("read-only reads and refuses to write", async () => {
  const uri = freshUri();
  const writer = await openRunDatabase(uri);
  await writer.commit(imageShard(0));
  await writer.sync();
  const reader = await openRunDatabase(uri, { readOnly: true });
  expect(await collect(reader.readImages())).toHaveLength(10);
  await expect(reader.commit(imageShard(1))).rejects.toMatchObject({ code: "invalid-argument" });
  await writer.commit(imageShard(1));
  expect(await collect(reader.readImages())).toHaveLength(20);
});

test("a damaged table is corrupt data", async () => {
  const uri = freshUri();
  const database = await openRunDatabase(uri);
  await database.commit(imageShard(0));
  const data = path.join(uri, "images.lance", "data");
  for (const name of await readdir(data)) await writeFile(path.join(data, name), "damaged");
  const reopened = await openRunDatabase(uri, { readOnly: true });
  await expect(collect(reopened.readImages())).rejects.toMatchObject({ code: "corrupt-data" });
});

test("the tables say their layout version and primary key, and another version is refused", async () => {
  const uri = freshUri();
  await (await openRunDatabase(uri)).commit(imageShard(0));
  const connection = await connect(uri);
  const { fields, metadata } = await (await connection.openTable("images")).schema();
  expect(metadata.get("megapairs.format")).toBe("1");
  const id = fields.find(({ name }) => name === "id");
  expect(id?.nullable).toBe(false);
  expect(id?.metadata.get("lance-schema:unenforced-primary-key:position")).toBe("1");

  const other = freshUri();
  await (await connect(other)).createTable("commits", [{ stage: "x" }]);
  await expect(openRunDatabase(other)).rejects.toMatchObject({ code: "unsupported" });
});
