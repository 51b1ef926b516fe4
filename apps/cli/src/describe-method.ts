import type { JoinMethod } from "@megapairs/mine";
import { formatCount } from "@megapairs/run";

/** How a join was made, for people; nothing where it was exact and nothing else was asked for. */
export function describeMethod(method: JoinMethod): string[] {
  if (method.name === "exact") {
    return method.reason === undefined ? [] : [`all pairs scored: ${method.reason}`];
  }
  const { recall, lists, listsPerQuery, shareOfPairs } = method;
  return [
    `recall ${percent(recall.recall)} (95 % interval ${percent(recall.low)} to ${percent(recall.high)}, ${formatCount(recall.neighbours)} neighbours of ${formatCount(recall.queries)} queries; asked for ${percent(recall.target)})`,
    `${listsPerQuery.toFixed(1)} of ${formatCount(lists)} lists looked into for a query, ${percent(shareOfPairs)} of all pairs scored`,
  ];
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
