import type { EmbeddingMatrix } from "@megapairs/spec";
import type { Tile } from "./plan-tiles.ts";
import { multiplyTiles } from "./tile-product.ts";
import type { TileProduct } from "./tile-product.ts";

/** What {@link scoreTiles} multiplies. */
export interface ScoreTilesSettings {
  readonly tiles: Iterable<Tile>;
  readonly matrix: EmbeddingMatrix;
  /** {@link multiplyTiles} by default. */
  readonly product?: TileProduct | undefined;
  /** Has the next tile made while one is looked at: for products that compute elsewhere. */
  readonly isAhead: boolean;
}

/** A tile and its scores, row-major `[left, right]`. */
export interface ScoredTile {
  readonly tile: Tile;
  readonly scores: Float32Array;
}

/** Scores tiles one after the other, in order. */
export async function* scoreTiles({
  tiles,
  matrix: { dimensions, vectors },
  product = multiplyTiles,
  isAhead,
}: ScoreTilesSettings): AsyncGenerator<ScoredTile> {
  const score = async (tile: Tile): Promise<ScoredTile> => {
    const { left, right } = tile;
    const scores = await product(
      vectors.subarray(left.start * dimensions, left.end * dimensions),
      left.end - left.start,
      vectors.subarray(right.start * dimensions, right.end * dimensions),
      right.end - right.start,
      dimensions,
    );
    return { tile, scores };
  };
  let pending: Promise<ScoredTile> | undefined;
  for (const tile of tiles) {
    if (!isAhead) {
      yield await score(tile);
      continue;
    }
    const next = score(tile);
    next.catch(() => undefined); // whoever awaits it hears of it, nobody may
    if (pending !== undefined) yield await pending;
    pending = next;
  }
  if (pending !== undefined) yield await pending;
}
