import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EncoderInput, EncoderV1, ImageBytes } from "@megapairs/spec";
import { onTestFinished } from "vitest";

/** What torch computed with one tiny model; every row of L2 norm 1. */
export interface ModelReference {
  readonly tokens: readonly (readonly number[])[];
  readonly text: readonly (readonly number[])[];
  readonly image: Readonly<Record<string, readonly number[]>>;
  readonly mean: Readonly<Record<string, readonly number[]>>;
  readonly pooler: Readonly<Record<string, readonly number[]>>;
  readonly composed: readonly {
    readonly image: string;
    readonly text: string;
    readonly embedding: readonly number[];
  }[];
}

export const fixtures: string = join(import.meta.dirname, "fixtures");

/** Written by reference/make_fixtures.py. */
export const reference = JSON.parse(
  readFileSync(join(fixtures, "embeddings.json"), "utf8"),
) as Record<"clip" | "siglip" | "dinov2" | "vit", ModelReference> & {
  readonly texts: readonly string[];
};

export const pictureNames = ["wide", "tall", "exact"] as const;

/** A copy of a fixture that a test may break. */
export function copy(name: string): string {
  const folder = join(mkdtempSync(join(tmpdir(), "megapairs-model-")), name);
  cpSync(join(fixtures, name), folder, { recursive: true });
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

export function picture(name: string): ImageBytes {
  const bytes = readFileSync(join(fixtures, `${name}.png`));
  return { type: "bytes", bytes, mediaType: "image/png" };
}

export function image(name: string): EncoderInput {
  return { type: "image", image: picture(name) };
}

export async function rowsOf(
  encoder: EncoderV1,
  inputs: readonly EncoderInput[],
): Promise<readonly (readonly number[])[]> {
  const { embeddings } = await encoder.doEncode({ inputs, role: "query" });
  const { dimensions } = encoder;
  return inputs.map((_, row) => [...embeddings.subarray(row * dimensions, (row + 1) * dimensions)]);
}

/** Largest difference of any two elements of the rows; NaN where their numbers differ. */
export function largestDifference(
  found: readonly (readonly number[])[],
  expected: readonly (readonly number[] | undefined)[],
): number {
  if (found.length !== expected.length) return Number.NaN;
  const differences = found.flatMap((row, index) =>
    row.map((value, axis) => Math.abs(value - (expected[index]?.[axis] ?? Number.NaN))),
  );
  return Math.max(...differences);
}
