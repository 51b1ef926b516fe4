import { float16ToFloat32 } from "@megapairs/onnx";
import { expect, it } from "vitest";

it.each([
  [0x0000, 0],
  [0x8000, -0],
  [0x3c00, 1],
  [0xc000, -2],
  [0x0001, 2 ** -24],
  [0x03ff, 1023 * 2 ** -24],
  [0x0400, 2 ** -14],
  [0x3555, 0.333251953125],
  [0x7bff, 65_504],
  [0x7c00, Infinity],
  [0xfc00, -Infinity],
  [0x7e00, Number.NaN],
])("float16ToFloat32 reads %i", (bits, value) => {
  expect(float16ToFloat32(Uint16Array.of(bits))).toEqual(Float32Array.of(value));
});
