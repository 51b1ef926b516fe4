import * as fc from "fast-check";
import type { EmbeddingMatrix } from "@megapairs/spec";

/** A matrix of the given directions, normalised, with ids `a00`, `a01`, …. */
export function matrixOf(directions: readonly (readonly number[])[]): EmbeddingMatrix {
  const dimensions = directions[0]?.length ?? 1;
  const vectors = directions.flatMap((values) => {
    const norm = Math.hypot(...values);
    return values.map((value) => value / norm);
  });
  const ids = directions.map((_, row) => `a${String(row).padStart(2, "0")}`);
  return { ids, dimensions, vectors: Float32Array.from(vectors) };
}

/** Unit vectors in the plane at these angles, in degrees: cosines are cosines of differences. */
export function atAngles(...degrees: readonly number[]): EmbeddingMatrix {
  return matrixOf(
    degrees.map((angle) => [Math.cos((angle * Math.PI) / 180), Math.sin((angle * Math.PI) / 180)]),
  );
}

const component: fc.Arbitrary<number> = fc.integer({ min: -8, max: 8 });

function direction(dimensions: number): fc.Arbitrary<number[]> {
  return fc
    .array(component, { minLength: dimensions, maxLength: dimensions })
    .filter((values) => values.some((value) => value !== 0));
}

/** Corpora of 0 to 40 rows: scattered, clustered, full of exact copies, all equal. */
export const matrices: fc.Arbitrary<EmbeddingMatrix> = fc
  .record({
    dimensions: fc.integer({ min: 1, max: 7 }),
    kind: fc.constantFrom("scattered", "clustered", "copied", "equal"),
  })
  .chain(({ dimensions, kind }) => {
    if (kind === "scattered") return fc.array(direction(dimensions), { maxLength: 40 });
    if (kind === "equal") {
      return fc
        .tuple(direction(dimensions), fc.integer({ min: 1, max: 12 }))
        .map(([only, rows]) => Array.from({ length: rows }, () => only));
    }
    const noise = kind === "clustered" ? 0.1 : 0;
    return fc
      .tuple(
        fc.array(direction(dimensions), { minLength: 1, maxLength: 4 }),
        fc.array(fc.tuple(fc.nat(), direction(dimensions)), { minLength: 1, maxLength: 40 }),
      )
      .map(([centres, rows]) =>
        rows.map(([centre, offset]) => {
          const near = centres[centre % centres.length]!.map(
            (value, column) => value + noise * offset[column]!,
          );
          return near.some((value) => value !== 0) ? near : offset;
        }),
      );
  })
  .map(matrixOf);

/** Corpora of 2 to 260 rows in up to 300 dimensions: three clusters, more or less tight. */
export const large: fc.Arbitrary<EmbeddingMatrix> = fc
  .record({
    seed: fc.integer(),
    rows: fc.integer({ min: 2, max: 260 }),
    dimensions: fc.integer({ min: 1, max: 300 }),
    spread: fc.constantFrom(0, 1e-7, 1e-3, 1),
  })
  .map(({ seed, rows, dimensions, spread }) => {
    let state = seed >>> 0;
    const draw = (): number => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state / 2 ** 31 - 1;
    };
    const centres = [0, 1, 2].map(() => Array.from({ length: dimensions }, draw));
    const directions = Array.from({ length: rows }, (_, row) =>
      centres[row % 3]!.map((value) => value + spread * draw()),
    );
    const { ids: _, ...matrix } = matrixOf(directions);
    return { ids: directions.map((__, row) => String(row).padStart(3, "0")), ...matrix };
  });
