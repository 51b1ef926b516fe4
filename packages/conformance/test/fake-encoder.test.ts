import { createFakeEncoder, describeEncoderConformance, testPicture } from "@megapairs/conformance";
import type { EncoderInput } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import reference from "./reference/pngs.json" with { type: "json" };

describeEncoderConformance("createFakeEncoder", {
  create: () => createFakeEncoder({ dimensions: 16, inputs: ["image", "text"], maxBatch: 9 }),
  supports: { inputs: ["text", "image"], maxBatch: 9 },
});

async function rowOf(
  image: Extract<EncoderInput, { type: "image" }>["image"],
): Promise<Float32Array> {
  const inputs = [{ type: "image", image } as const];
  return (await createFakeEncoder().doEncode({ inputs, role: "query" })).embeddings;
}

describe("createFakeEncoder", () => {
  it.each(reference.pictures)("sees the pixels of a $mode PNG made by Pillow", async (picture) => {
    const { width, height } = picture;
    const file = await rowOf({
      type: "bytes",
      bytes: Buffer.from(picture.file, "base64"),
      mediaType: "image/png",
    });
    const data = Buffer.from(picture.rgb, "base64");
    expect(file).toEqual(await rowOf({ type: "pixels", data, width, height }));
  });

  it("gives encoders of different ids unrelated rows", async () => {
    const options = { inputs: [{ type: "text", text: "a dog" }], role: "query" } as const;
    const [left, right] = await Promise.all(
      ["left", "right"].map((modelId) => createFakeEncoder({ modelId }).doEncode(options)),
    );
    expect(left?.embeddings).not.toEqual(right?.embeddings);
  });
});

describe("testPicture", () => {
  it("draws the same bytes for the same options, others for others", () => {
    expect(testPicture({ variant: 4 })).toEqual(testPicture({ variant: 4 }));
    const files = [0, 1, 2, 3, 4, 5, 6, 7].map((variant) => testPicture({ variant }).bytes.bytes);
    expect(new Set(files.map((file) => Buffer.from(file).toString("hex"))).size).toBe(files.length);
  });
});
