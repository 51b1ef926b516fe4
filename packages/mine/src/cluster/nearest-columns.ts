/** The column of the highest score of each row, the first of equals; `scores` is `[rows, columns]`. */
export function nearestColumns(scores: Float32Array, columns: number, into: Int32Array): void {
  for (let row = 0; row < into.length; row += 1) {
    let best = -Infinity;
    let nearest = 0;
    const start = row * columns;
    for (let column = 0; column < columns; column += 1) {
      const score = scores[start + column]!;
      if (score <= best) continue;
      best = score;
      nearest = column;
    }
    into[row] = nearest;
  }
}
