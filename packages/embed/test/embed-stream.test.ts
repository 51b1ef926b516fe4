import { describe, expect, it } from "vitest";
import { embedStream } from "@megapairs/embed";
import type { EmbedImage } from "@megapairs/embed";
import type { EncoderInput } from "@megapairs/spec";
import { testImages } from "./test-images.ts";
import { watchEncoder } from "./watched-encoder.ts";

function isFirstImage(input: EncoderInput): boolean {
  return input.type === "image" && input.image.type === "pixels" && input.image.width === 8;
}

async function gather<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const gathered: Item[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}

/** Yields images one by one and counts how many were taken. */
function countedSource(count: number): { images: AsyncIterable<EmbedImage>; taken: () => number } {
  let taken = 0;
  async function* images(): AsyncGenerator<EmbedImage> {
    for (const image of testImages(count)) {
      taken += 1;
      yield image;
    }
  }
  return { images: images(), taken: () => taken };
}

describe("embedStream", () => {
  it("yields consecutive batches in image order", async () => {
    const relations = [
      { name: "I", input: "image" as const, encoder: watchEncoder({ maxBatch: 2 }) },
    ];
    const batches = await gather(
      embedStream({ relations, images: countedSource(7).images, batchSize: 3 }),
    );
    expect(batches.map(({ images }) => images)).toEqual([3, 3, 1]);
    expect(
      batches.flatMap(({ embeddings }) => embeddings["I"]!.map(({ imageId }) => imageId)),
    ).toEqual(testImages(7).map(({ id }) => id));
  });

  it("works on the next batch while one is encoded, and on no further one", async () => {
    let begin = (): void => undefined;
    const secondBegan = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const { images, taken } = countedSource(9);
    const encoder = watchEncoder({
      async before(call) {
        if (call === 1) await secondBegan;
        if (call === 2) begin();
      },
    });
    const stream = embedStream({
      relations: [{ name: "I", input: "image", encoder }],
      images,
      batchSize: 2,
      concurrency: 2,
    });
    await stream.next();
    expect(encoder.calls).toHaveLength(2);
    expect(taken()).toBe(4);
    await stream.next();
    expect(taken()).toBe(6);
    await stream.return(undefined);
  });

  it("ends what is in flight when the reader stops", async () => {
    const ended: number[] = [];
    const { images, taken } = countedSource(9);
    const encoder = watchEncoder({
      async before(call, { inputs: [input], signal }) {
        if (isFirstImage(input!)) return;
        await new Promise((resolve) => {
          if (signal!.aborted) resolve(undefined);
          signal!.addEventListener("abort", resolve);
        });
        ended.push(call);
      },
    });
    const relations = [{ name: "I", input: "image" as const, encoder }];
    for await (const batch of embedStream({ relations, images, batchSize: 1 })) {
      expect(batch.images).toBe(1);
      break;
    }
    expect(ended.length).toBe(encoder.calls.length - 1);
    expect(taken()).toBe(2);
  });

  it("rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const { images } = countedSource(9);
    const encoder = watchEncoder({
      before: (call) => void (call === 2 && controller.abort("stop")),
    });
    const stream = embedStream({
      relations: [{ name: "I", input: "image", encoder }],
      images,
      batchSize: 1,
      signal: controller.signal,
    });
    await expect(gather(stream)).rejects.toBe("stop");
    expect(encoder.calls.length).toBeLessThan(9);
  });

  it("passes a failing source on", async () => {
    async function* images(): AsyncGenerator<EmbedImage> {
      yield testImages(1)[0]!;
      throw new Error("disk gone");
    }
    const relations = [{ name: "I", input: "image" as const, encoder: watchEncoder() }];
    await expect(
      gather(embedStream({ relations, images: images(), batchSize: 1 })),
    ).rejects.toThrow("disk gone");
  });

  it.each([{ batchSize: 0 }, { concurrency: 0 }])("refuses %o", async (wrong) => {
    const relations = [{ name: "I", input: "image" as const, encoder: watchEncoder() }];
    await expect(gather(embedStream({ relations, images: [], ...wrong }))).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });
});
