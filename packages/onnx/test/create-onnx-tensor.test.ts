import { createOnnxTensor } from "@megapairs/onnx";
import { expect, it } from "vitest";

it("makes a vector where no dims are given", () => {
  const data = Int32Array.of(1, 2);
  expect(createOnnxTensor("int32", data)).toEqual({ dataType: "int32", dims: [2], data });
});

it("makes a scalar of no dims", () => {
  expect(createOnnxTensor("float32", Float32Array.of(1), []).dims).toEqual([]);
});

it.each([
  ["other number of elements", () => createOnnxTensor("float32", new Float32Array(3), [2, 2])],
  ["other array", () => createOnnxTensor("int64", new Int32Array(2) as unknown as BigInt64Array)],
])("refuses data of an %s", (_, make) => {
  expect(make).toThrowError(expect.objectContaining({ code: "invalid-argument" }));
});
