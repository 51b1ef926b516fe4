import { readdir } from "node:fs/promises";
import path from "node:path";
import { createVectorScratch } from "@megapairs/dataset";
import { expect, test } from "vitest";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

test("a scratch gives rows back by ranges, whatever order they came in, and leaves nothing", async () => {
  const folder = await temporaryDirectory();
  const scratch = createVectorScratch({ folder });
  for (const dataType of ["float32", "float16"] as const) {
    const vectors = await scratch.open({ rows: 3, dimensions: 2, dataType });
    const rows = [
      [1, 2],
      [3, 4],
      [5, 6],
    ].map((row) => (dataType === "float32" ? Float32Array.from(row) : Uint16Array.from(row)));
    for (const row of [2, 0, 1]) await vectors.write(row, rows[row]!);
    expect([...(await vectors.read(1, 3))]).toEqual([3, 4, 5, 6]);
    await vectors.close();
  }
  expect(await readdir(folder)).toEqual([]);
});

test("a scratch that has no room says where", async () => {
  const folder = path.join(await temporaryDirectory(), "missing");
  const opening = createVectorScratch({ folder }).open({
    rows: 1,
    dimensions: 1,
    dataType: "float32",
  });
  await expect(opening).rejects.toMatchObject({ code: "unavailable" });
});
