import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cachedFolder } from "./cache-folder.ts";

const CLUSTER_ROWS = 200;

/**
 * A file of unit vectors in clusters of about 200, some tight and some loose, so that most rows have
 * more than a hundred others in a band from 0.6 to 0.96; made once.
 */
export async function clusteredVectors(rows: number, dimensions: number): Promise<string> {
  const name = `clusters-${rows}x${dimensions}`;
  const folder = await cachedFolder(name, async (made) => {
    const draw = createDraw();
    const clusters = Math.max(1, Math.round(rows / CLUSTER_ROWS));
    const centres = Float32Array.from({ length: clusters * dimensions }, draw);
    const vectors = new Float32Array(rows * dimensions);
    for (let row = 0; row < rows; row += 1) {
      const centre = Math.floor(((draw() + 1) / 2) * clusters) % clusters;
      const spread = 0.3 + 0.25 * (draw() + 1);
      const vector = vectors.subarray(row * dimensions, (row + 1) * dimensions);
      for (let column = 0; column < dimensions; column += 1) {
        vector[column] = (centres[centre * dimensions + column] ?? 0) + spread * draw();
      }
      const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
      for (let column = 0; column < dimensions; column += 1) {
        vector[column] = (vector[column] ?? 0) / norm;
      }
    }
    await writeFile(join(made, "vectors.f32"), vectors);
  });
  return join(folder, "vectors.f32");
}

/** Numbers from -1 to 1, always the same ones. */
function createDraw(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
