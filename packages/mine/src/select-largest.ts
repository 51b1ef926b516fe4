/**
 * The `rank`-th largest of the values, counted from 1, in linear time on average: Hoare's quickselect
 * with the median of three as pivot. Reorders them.
 */
export function selectLargest(values: Float32Array, rank: number): number {
  const wanted = values.length - rank;
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = medianOfThree(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let left = low;
    let right = high;
    while (left <= right) {
      while (values[left]! < pivot) left += 1;
      while (values[right]! > pivot) right -= 1;
      if (left > right) break;
      const value = values[left]!;
      values[left] = values[right]!;
      values[right] = value;
      left += 1;
      right -= 1;
    }
    if (wanted <= right) high = right;
    else if (wanted >= left) low = left;
    else break;
  }
  return values[wanted]!;
}

function medianOfThree(first: number, second: number, third: number): number {
  if (first > second) return second > third ? second : Math.min(first, third);
  return first > third ? first : Math.min(second, third);
}
