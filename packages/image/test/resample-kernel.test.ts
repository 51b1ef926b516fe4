import { readFile } from "node:fs/promises";
import { resizePixels } from "@megapairs/image";
import type { ImagePixels } from "@megapairs/spec";
import { describe, expect, test } from "vitest";
import wabt from "wabt";
import { makePicture } from "./picture.ts";

const source = new URL("../src/resample-kernel.wat", import.meta.url);
const compiled = new URL("../src/resample-kernel.json", import.meta.url);

describe("the resampling kernel", () => {
  test("is what its source compiles to", async () => {
    const toolkit = await wabt();
    const module = toolkit.parseWat("resample-kernel.wat", await readFile(source, "utf8"));
    const wasm = Buffer.from(module.toBinary({}).buffer).toString("base64");
    expect(await readFile(compiled, "utf8")).toBe(`${JSON.stringify({ wasm }, undefined, 2)}\n`);
  });

  test("gives a picture beyond its own memory the same pixels as a part of it", () => {
    const part = makePicture(40, 2400, 7);
    const data = new Uint8Array(2400 * 2400 * 3);
    for (let row = 0; row < 2400; row += 1) {
      for (let copy = 0; copy < 60; copy += 1) {
        data.set(part.data.subarray(row * 120, (row + 1) * 120), (row * 60 + copy) * 120);
      }
    }
    const picture: ImagePixels = { type: "pixels", data, width: 2400, height: 2400 };
    const whole = resizePixels(picture, { width: 1800, height: 8, interpolation: "box" });
    const small = resizePixels(part, { width: 30, height: 8, interpolation: "box" });
    for (let row = 0; row < 8; row += 1) {
      const found = whole.data.subarray((row * 1800 + 1770) * 3, (row + 1) * 1800 * 3);
      expect([...found]).toEqual([...small.data.subarray(row * 90, (row + 1) * 90)]);
    }
  });
});
