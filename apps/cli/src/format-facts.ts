import { formatBytes, formatCount } from "@megapairs/run";
import type { TripletRecord } from "@megapairs/spec";
import { describeMethod } from "./describe-method.ts";
import { describeRows } from "./describe-rows.ts";
import type { RunFacts } from "./run-facts.ts";
import { sortedByKey } from "./sorted-by-key.ts";

const REJECTS_SHOWN = 20;

/** What each stage of a run gave, for people. */
export function formatStages({ stages }: RunFacts): string {
  return stages
    .map((stage) => {
      const isDone = stage.state === "done";
      return row(
        stage.name,
        isDone ? describeRows(stage) : `unfinished, ${stage.shards} shards planned`,
      );
    })
    .join("\n");
}

/** What a run holds, for people. */
export function formatFacts(facts: RunFacts, options: { readonly allRejects: boolean }): string {
  const { duplicates, guarded, joins } = facts;
  const lines = [
    row("images", formatCount(facts.images)),
    row("pairs", `${formatCount(facts.pairs)}   ${listCounts(facts.pairsByRelations)}`),
    row(
      "triplets",
      `${formatCount(facts.triplets)}   ${formatCount(facts.instructions)} instructions`,
    ),
    ...Object.entries(joins).flatMap(([relation, method]) =>
      describeMethod(method).map((text) => row("", `${relation}: ${text}`)),
    ),
    ...(duplicates.groups === 0
      ? []
      : [
          row(
            "duplicates",
            `${formatCount(duplicates.images)} images in ${formatCount(duplicates.groups)} groups`,
          ),
        ]),
    ...(guarded === 0
      ? []
      : [row("guarded", `${formatCount(guarded)} images that evaluation sets have too`)]),
    row("size", listSizes(facts.bytes)),
  ];
  const { rejects } = facts;
  if (rejects.length > 0) {
    const shown = options.allRejects ? rejects : rejects.slice(0, REJECTS_SHOWN);
    lines.push("", `rejected: ${formatCount(rejects.length)}   ${listCounts(countByCode(facts))}`);
    for (const { stage, code, item, reason } of shown) {
      lines.push(
        `  ${stage.padEnd(10)} ${code.padEnd(16)} ${formatItem(item)}: ${withoutItem(reason, item)}`,
      );
    }
    const more = rejects.length - shown.length;
    if (more > 0) lines.push(`  … and ${formatCount(more)} more: megapairs inspect RUN --rejects`);
  }
  return lines.join("\n");
}

/** Some triplets in words. `pathOf` gives an image's path in the corpus. */
export function formatTriplets(
  triplets: readonly TripletRecord[],
  pathOf: (imageId: string) => string,
): string {
  return triplets
    .map(({ queryId, targetId, evidence, instructions, hardNegativeIds }, index) => {
      const why = evidence
        .map(({ relation, score }) => `${relation} ${score.toFixed(3)}`)
        .join(", ");
      return [
        `${index + 1}. ${pathOf(queryId)} → ${pathOf(targetId)}   (${why}; ${hardNegativeIds.length} hard negatives)`,
        ...instructions.map((text) => `     · ${text}`),
      ].join("\n");
    })
    .join("\n");
}

/** A path as it is, the beginning of an id. */
function formatItem(item: string): string {
  return /^[0-9a-f]{64}$/.test(item) ? `${item.slice(0, 12)}…` : item;
}

function withoutItem(reason: string, item: string): string {
  return reason.replace(`pair ${item}: `, "");
}

function row(name: string, text: string): string {
  return `${name.padEnd(11)}${text}`;
}

function listCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(" · ");
}

function listSizes(bytes: Readonly<Record<string, number>>): string {
  return Object.entries(bytes)
    .map(([name, size]) => `${name} ${formatBytes(size)}`)
    .join(" · ");
}

function countByCode({ rejects }: RunFacts): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { code } of rejects) counts[code] = (counts[code] ?? 0) + 1;
  return sortedByKey(counts);
}
