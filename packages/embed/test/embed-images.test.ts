import { describe, expect, it } from "vitest";
import { embedImages, encode } from "@megapairs/embed";
import type { EmbedRelation } from "@megapairs/embed";
import { decodeImage } from "@megapairs/image";
import type { EncoderInput } from "@megapairs/spec";
import { testImages } from "./test-images.ts";
import { watchEncoder } from "./watched-encoder.ts";
import type { WatchedEncoder, WatchedEncoderSettings } from "./watched-encoder.ts";

interface Watched extends EmbedRelation {
  readonly encoder: WatchedEncoder;
}

function relation(
  name: string,
  input: "image" | "caption",
  settings: WatchedEncoderSettings = {},
): Watched {
  return { name, input, encoder: watchEncoder({ modelId: `fake/${name}`, ...settings }) };
}

function inputsOf({ encoder }: Watched): EncoderInput[] {
  return encoder.calls.flatMap(({ inputs }) => inputs);
}

const idsOf = (rows: readonly { readonly imageId: string }[]): string[] =>
  rows.map(({ imageId }) => imageId);

describe("embedImages", () => {
  it("gives every relation a row for each image, in order", async () => {
    const images = testImages(5);
    const relations = [relation("D", "image"), relation("T", "caption")];
    const { embeddings, rejects, counts } = await embedImages({ relations, images, batchSize: 2 });
    expect(idsOf(embeddings["D"]!)).toEqual(images.map(({ id }) => id));
    expect(idsOf(embeddings["T"]!)).toEqual(images.map(({ id }) => id));
    const pixels = await Promise.all(images.map(({ bytes }) => decodeImage(bytes)));
    const alone = await encode({
      encoder: relations[0]!.encoder,
      inputs: pixels.map((image) => ({ type: "image", image })),
    });
    expect(embeddings["D"]!.flatMap(({ vector }) => [...vector])).toEqual([...alone.embeddings]);
    const captions = await encode({
      encoder: relations[1]!.encoder,
      inputs: images.map(({ caption }) => ({ type: "text", text: caption! })),
    });
    expect(embeddings["T"]!.flatMap(({ vector }) => [...vector])).toEqual([...captions.embeddings]);
    expect(rejects).toEqual([]);
    expect(counts).toEqual({
      D: { embedded: 5, stored: 0, missingCaptions: 0 },
      T: { embedded: 5, stored: 0, missingCaptions: 0 },
    });
  });

  it("decodes once: image encoders get the same pixels object", async () => {
    const relations = [relation("I", "image"), relation("D", "image")];
    await embedImages({ relations, images: testImages(3) });
    const [first, second] = relations.map((watched) =>
      inputsOf(watched).map((input) => input.type === "image" && input.image),
    );
    expect(first).toHaveLength(3);
    expect(first!.every((image, index) => image === second![index])).toBe(true);
  });

  it("rejects a file that does not decode once, and embeds nothing of it", async () => {
    const images = testImages(4);
    images[1] = { ...images[1]!, bytes: new TextEncoder().encode("<html>not found</html>") };
    images[2] = { ...images[2]!, bytes: images[2]!.bytes.subarray(0, 60) };
    const relations = [relation("I", "image"), relation("D", "image"), relation("T", "caption")];
    const { embeddings, rejects } = await embedImages({ relations, images });
    expect(rejects.map(({ item }) => item)).toEqual(["image-1", "image-2"]);
    expect(rejects[1]).toMatchObject({ code: "corrupt-data" });
    for (const rows of Object.values(embeddings)) {
      expect(idsOf(rows)).toEqual(["image-0", "image-3"]);
    }
  });

  it("decodes for a caption too, where no stored vector proves that the file is sound", async () => {
    const images = testImages(2);
    images[1] = { ...images[1]!, bytes: new Uint8Array(9) };
    const relations = [relation("T", "caption")];
    const { embeddings, rejects } = await embedImages({ relations, images });
    expect(rejects).toMatchObject([{ item: "image-1", code: "corrupt-data" }]);
    expect(idsOf(embeddings["T"]!)).toEqual(["image-0"]);
  });

  it("rejects a file beyond the limits as unsupported", async () => {
    const images = testImages(3);
    const padded = new Uint8Array(5000);
    padded.set(images[1]!.bytes);
    images[1] = { ...images[1]!, bytes: padded };
    const { embeddings, rejects } = await embedImages({
      relations: [relation("I", "image")],
      images,
      limits: { maxBytes: 4999 },
    });
    expect(rejects).toMatchObject([{ item: "image-1", code: "unsupported" }]);
    expect(idsOf(embeddings["I"]!)).toEqual(["image-0", "image-2"]);
  });

  it("drops an image from all relations when one encoder cannot read it", async () => {
    const isCorrupt = (input: EncoderInput): boolean =>
      input.type === "image" && input.image.type === "pixels" && input.image.width === 9;
    const relations = [
      relation("T", "caption"),
      relation("I", "image", { isCorrupt }),
      relation("D", "image", { isCorrupt }),
    ];
    const { embeddings, rejects, counts } = await embedImages({ relations, images: testImages(3) });
    expect(rejects).toEqual([
      {
        item: "image-1",
        code: "corrupt-data",
        reason: "I: found half a picture, expected a whole one",
      },
    ]);
    for (const rows of Object.values(embeddings)) {
      expect(idsOf(rows)).toEqual(["image-0", "image-2"]);
    }
    expect(counts["T"]).toEqual({ embedded: 2, stored: 0, missingCaptions: 0 });
  });

  it("counts missing captions, which are no rejects", async () => {
    const images = testImages(3);
    images[0] = { id: "image-0", bytes: images[0]!.bytes };
    images[2] = { ...images[2]!, caption: " \n" };
    const relations = [relation("I", "image"), relation("T", "caption")];
    const { embeddings, rejects, counts } = await embedImages({ relations, images });
    expect(rejects).toEqual([]);
    expect(idsOf(embeddings["T"]!)).toEqual(["image-1"]);
    expect(idsOf(embeddings["I"]!)).toHaveLength(3);
    expect(counts["T"]).toEqual({ embedded: 1, stored: 0, missingCaptions: 2 });
  });

  it("skips what is stored and decodes only what something still needs", async () => {
    const images = testImages(4).map((image) =>
      image.id === "image-0" || image.id === "image-1"
        ? { ...image, bytes: new Uint8Array(0) }
        : image,
    );
    const stored: Record<string, Set<string>> = {
      I: new Set(["image-0", "image-1", "image-2"]),
      T: new Set(["image-0"]),
    };
    const relations = [relation("I", "image"), relation("T", "caption")];
    const { embeddings, rejects, counts } = await embedImages({
      relations,
      images,
      stored: (name) => stored[name]!,
    });
    expect(rejects).toEqual([]);
    expect(idsOf(embeddings["I"]!)).toEqual(["image-3"]);
    expect(idsOf(embeddings["T"]!)).toEqual(["image-1", "image-2", "image-3"]);
    expect(counts["I"]).toEqual({ embedded: 1, stored: 3, missingCaptions: 0 });
  });

  it("gives in two runs what it gives in one", async () => {
    const images = testImages(6);
    const fresh = (): Watched[] => [relation("I", "image"), relation("T", "caption")];
    const whole = await embedImages({ relations: fresh(), images });
    const first = await embedImages({ relations: fresh(), images: images.slice(0, 4) });
    const second = await embedImages({
      relations: fresh(),
      images,
      stored: (name) => new Set(idsOf(first.embeddings[name]!)),
    });
    for (const name of ["I", "T"]) {
      expect([...first.embeddings[name]!, ...second.embeddings[name]!]).toEqual(
        whole.embeddings[name],
      );
    }
  });

  it("passes the role on and reports progress in images", async () => {
    const watched = relation("I", "image");
    const progress: number[] = [];
    await embedImages({
      relations: [watched],
      images: testImages(5),
      role: "query",
      batchSize: 2,
      onProgress: (completed) => progress.push(completed),
    });
    expect(new Set(watched.encoder.calls.map(({ role }) => role))).toEqual(new Set(["query"]));
    expect(progress).toEqual([2, 4, 5]);
  });

  it("fails with an encoder's failure after the other relations' calls have ended", async () => {
    const ended: string[] = [];
    const relations = [
      relation("I", "image", { answer: () => new Float32Array(1) }),
      relation("D", "image", {
        async before() {
          await new Promise((resolve) => {
            setImmediate(resolve);
          });
          ended.push("D");
        },
      }),
    ];
    await expect(embedImages({ relations, images: testImages(1) })).rejects.toMatchObject({
      code: "invalid-output",
    });
    expect(ended).toEqual(["D"]);
  });

  it.each([
    [[], "invalid-argument", "The relations are []; expected at least one, each name once."],
    [
      [relation("I", "image"), relation("I", "caption")],
      "invalid-argument",
      "The relations are [I, I]; expected at least one, each name once.",
    ],
    [
      [relation("T", "caption", { inputs: ["image"] })],
      "unsupported",
      "Relation T needs text inputs; fake/T encodes image.",
    ],
  ])("refuses relations that cannot work", async (relations, code, message) => {
    await expect(embedImages({ relations, images: [] })).rejects.toMatchObject({ code, message });
  });

  it("refuses an id that comes twice in a batch", async () => {
    const [image] = testImages(1);
    const call = embedImages({ relations: [relation("I", "image")], images: [image!, image!] });
    await expect(call).rejects.toMatchObject({
      code: "invalid-argument",
      message: "Image image-0 comes twice; expected distinct ids.",
    });
  });
});
