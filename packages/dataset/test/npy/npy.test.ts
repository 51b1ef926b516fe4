import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { createNpyWriter, openNpy, readNpy, readNpyHeader } from "@megapairs/dataset";
import { expect, test } from "vitest";

import { temporaryDirectory } from "../fixtures/temporary-directory.ts";
import reference from "../reference/npy.json" with { type: "json" };

const root = await temporaryDirectory();
const file = (name: string): string => path.join(root, `${name}.npy`);
const place = async (name: string, base64: string): Promise<string> => {
  await writeFile(file(name), Buffer.from(base64, "base64"));
  return file(name);
};

test.each(["float32", "float32Version2", "float16", "empty"] as const)(
  "reads numpy's %s",
  async (name) => {
    const at = await place(name, reference[name].file);
    const { rows, columns, values } = await readNpy(at);
    expect([rows, columns]).toEqual([name === "empty" ? 0 : 3, 3]);
    expect([...values]).toEqual(reference[name].values);
    expect(await readNpyHeader(at)).toMatchObject({
      dtype: name === "float16" ? "float16" : "float32",
      rows,
      columns,
    });
  },
);

test("writes numpy's bytes, whatever the size of the appended pieces", async () => {
  const values = Float32Array.from(reference.float32.values);
  for (const rowsAtOnce of [1, 2, 3]) {
    const writer = await createNpyWriter(file("written"), { columns: 3 });
    for (let row = 0; row < 3; row += rowsAtOnce) {
      await writer.append(values.subarray(row * 3, (row + rowsAtOnce) * 3));
    }
    expect(await writer.close()).toBe(3);
    expect((await readFile(file("written"))).toString("base64")).toBe(reference.float32.file);
  }
});

test("a matrix without rows is numpy's too", async () => {
  const writer = await createNpyWriter(file("none"), { columns: 3 });
  expect(await writer.close()).toBe(0);
  expect((await readFile(file("none"))).toString("base64")).toBe(reference.empty.file);
});

test("a file that was not closed does not pass for a whole one", async () => {
  const writer = await createNpyWriter(file("open"), { columns: 2 });
  await writer.append(Float32Array.of(1, 2));
  await expect(readNpy(file("open"))).rejects.toMatchObject({ code: "corrupt-data" });
  await writer.close();
  expect([...(await readNpy(file("open"))).values]).toEqual([1, 2]);
});

test.each(Object.entries(reference.unsupported))("refuses %s", async (name, base64) => {
  const at = await place(name, base64);
  await expect(readNpy(at)).rejects.toMatchObject({ code: "unsupported" });
});

test("refuses broken files and broken rows", async () => {
  const bytes = Buffer.from(reference.float32.file, "base64");
  for (const broken of [
    bytes.subarray(0, 5),
    bytes.subarray(0, 40),
    bytes.subarray(0, -1),
    Buffer.concat([bytes, bytes]),
  ]) {
    await writeFile(file("broken"), broken);
    await expect(readNpyHeader(file("broken"))).rejects.toMatchObject({ code: "corrupt-data" });
  }
  await expect(readNpy(file("missing"))).rejects.toMatchObject({ code: "unavailable" });
  await expect(createNpyWriter(file("x"), { columns: 0 })).rejects.toMatchObject({
    code: "invalid-argument",
  });
  const writer = await createNpyWriter(file("rows"), { columns: 2 });
  await expect(writer.append(Float32Array.of(1))).rejects.toMatchObject({
    code: "invalid-argument",
  });
  await writer.close();
});

test.each(["float32", "float16"] as const)("reads ranges of rows of %s", async (name) => {
  const npy = await openNpy(await place(`${name}-ranges`, reference[name].file));
  const { values } = reference[name];
  expect(npy).toMatchObject({ dtype: name, rows: 3, columns: 3 });
  for (const [start, end] of [
    [0, 3],
    [1, 2],
    [2, 2],
  ] as const) {
    expect([...(await npy.readFloat32(start, end))]).toEqual(values.slice(start * 3, end * 3));
  }
  const stored = await npy.read(0, 1);
  expect(stored).toBeInstanceOf(name === "float16" ? Uint16Array : Float32Array);
  await expect(npy.read(2, 4)).rejects.toMatchObject({ code: "invalid-argument" });
  await expect(npy.read(2, 1)).rejects.toMatchObject({ code: "invalid-argument" });
  await npy.close();
});

test("opens only what is whole", async () => {
  const cut = Buffer.from(reference.float32.file, "base64").subarray(0, -1);
  await writeFile(file("cut"), cut);
  await expect(openNpy(file("cut"))).rejects.toMatchObject({ code: "corrupt-data" });
  await expect(openNpy(file("nowhere"))).rejects.toMatchObject({ code: "unavailable" });
});
