import { open } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder } from "../frame/cache-folder.ts";

/** Rows of a patch on average. */
const PATCH_ROWS = 2000;
/** Directions in which the rows of a patch differ from its centre. */
const PATCH_DIMENSIONS = 24;
const ROWS_PER_WRITE = 4096;

/**
 * A file of seeded unit vectors, raw float32, made once: patches of about 2,000 rows in seeded order,
 * each a Gaussian of 24 dimensions around a centre of its own with a little noise in all dimensions.
 * A row has the same patch under every relation and another place in it. Nearest neighbours fill a band from 0.6 to 0.96 and have no borders between them, as in embeddings
 * of photographs and unlike tight clusters, which any index finds whole.
 */
export async function patchVectors(
  rows: number,
  dimensions: number,
  relation: number = 0,
): Promise<string> {
  const suffix = relation === 0 ? "" : `-${relation}`;
  const folder = await cachedFolder(`patches-${rows}x${dimensions}${suffix}`, async (made) => {
    const random = createRandom(relation);
    const placing = createRandom(-1);
    const patches = Math.max(1, Math.round(rows / PATCH_ROWS));
    const size = (1 + PATCH_DIMENSIONS) * dimensions;
    const bases = new Float32Array(patches * size);
    for (let at = 0; at < bases.length; at += dimensions) {
      const direction = bases.subarray(at, at + dimensions);
      for (let column = 0; column < dimensions; column += 1) direction[column] = random.normal();
      scale(direction);
    }
    const file = await open(join(made, "vectors.f32"), "w");
    for (let start = 0; start < rows; start += ROWS_PER_WRITE) {
      const count = Math.min(ROWS_PER_WRITE, rows - start);
      const vectors = new Float32Array(count * dimensions);
      for (let row = 0; row < count; row += 1) {
        const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
        const patch = Math.floor(placing.uniform() * patches);
        drawRow(vector, bases.subarray(patch * size, (patch + 1) * size), random);
      }
      await file.write(new Uint8Array(vectors.buffer));
    }
    await file.close();
  });
  return join(folder, "vectors.f32");
}

function drawRow(vector: Float32Array, base: Float32Array, random: Random): void {
  const { length } = vector;
  for (let column = 0; column < length; column += 1) {
    vector[column] = base[column]! + 0.2 * random.roughlyNormal() * length ** -0.5;
  }
  for (let axis = 1; axis <= PATCH_DIMENSIONS; axis += 1) {
    const weight = random.normal() * Math.sqrt(0.5 / PATCH_DIMENSIONS);
    const start = axis * length;
    for (let column = 0; column < length; column += 1) {
      vector[column] = vector[column]! + weight * base[start + column]!;
    }
  }
  scale(vector);
}

function scale(vector: Float32Array): void {
  let squares = 0;
  for (let column = 0; column < vector.length; column += 1) squares += vector[column]! ** 2;
  const norm = Math.sqrt(squares);
  for (let column = 0; column < vector.length; column += 1) vector[column] = vector[column]! / norm;
}

interface Random {
  /** From 0 to 1. */
  readonly uniform: () => number;
  readonly normal: () => number;
  /** Of variance 1, bounded and quick to draw. */
  readonly roughlyNormal: () => number;
}

/** Marsaglia's xorshift128, a sequence for each number. */
function createRandom(sequence: number): Random {
  let [x, y, z, w] = [123_456_789, 362_436_069, 521_288_629, 88_675_123 + sequence];
  const uniform = (): number => {
    const t = x ^ (x << 11);
    [x, y, z] = [y, z, w];
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return (w >>> 0) / 2 ** 32;
  };
  return {
    uniform,
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    roughlyNormal: () => Math.sqrt(6) * (uniform() + uniform() - 1),
  };
}
