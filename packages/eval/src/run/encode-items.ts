import type { MegaPairsErrorCode } from "@megapairs/spec";
import type { BenchmarkItem } from "../benchmarks/benchmark.ts";
import { kindOf } from "./composition.ts";
import type { Composition } from "./composition.ts";

/** An item without a vector. */
export interface ItemReject {
  /** Position among the items. */
  readonly index: number;
  readonly code: MegaPairsErrorCode;
  readonly reason: string;
}

/** Vectors of items. */
export interface EncodedItems {
  /** Row-major float32 `[items, dimensions]`, rows of L2 norm 1; what a rejected item's row holds is not read. */
  readonly vectors: Float32Array;
  /** Ascending by index. */
  readonly rejects: readonly ItemReject[];
}

/**
 * Encodes items: reads their pictures, asks an encoder, may keep what it said. A picture that is not
 * there or does not decode is a reject.
 */
export type EncodeItems = (
  items: readonly BenchmarkItem[],
  role: "query" | "candidate",
) => Promise<EncodedItems>;

/** Encodes items of picture and text as the composition says, the others as they are. */
export async function encodeComposed(
  items: readonly BenchmarkItem[],
  role: "query" | "candidate",
  composition: Composition,
  encode: EncodeItems,
): Promise<EncodedItems> {
  if (composition !== "sum")
    return encode(
      items.map((item) => part(item, composition)),
      role,
    );
  const images = await encode(
    items.map((item) => part(item, "image")),
    role,
  );
  const composed = [...items.keys()].filter((index) => kindOf(items[index]!) === "composed");
  if (composed.length === 0) return images;
  const texts = await encode(
    composed.map((index) => part(items[index]!, "text")),
    role,
  );
  const dimensions = images.vectors.length / items.length;
  const vectors = images.vectors.slice();
  for (const [place, index] of composed.entries()) {
    const row = vectors.subarray(index * dimensions, (index + 1) * dimensions);
    for (let column = 0; column < dimensions; column += 1) {
      row[column]! += texts.vectors[place * dimensions + column]!;
    }
    normalise(row);
  }
  const rejected = new Map([
    ...images.rejects.map((one) => [one.index, one] as const),
    ...texts.rejects.map((one) => {
      const index = composed[one.index]!;
      return [index, { ...one, index }] as const;
    }),
  ]);
  return {
    vectors,
    rejects: [...rejected.values()].toSorted((one, other) => one.index - other.index),
  };
}

function part(item: BenchmarkItem, composition: Composition): BenchmarkItem {
  const { picture, text } = item;
  if (kindOf(item) !== "composed" || composition === "composed") return item;
  return composition === "text" ? { text } : { picture };
}

/** In place. Opposite vectors add up to nothing: their sum stays as it is, and no unit vector. */
function normalise(row: Float32Array): void {
  const norm = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
  if (norm === 0) return;
  for (let column = 0; column < row.length; column += 1) row[column]! /= norm;
}
