/** What a user can stop after or start again from, with the stages behind each name. */
export const stageGroups = {
  ingest: ["ingest"],
  embed: ["embed"],
  mine: ["neighbours", "guard", "pairs"],
  annotate: ["describe", "instruct"],
  export: ["export"],
} as const;

/** A name that `--until` and `--redo` take. */
export type StageGroup = keyof typeof stageGroups;

/** All of them, in the order of the pipeline. */
export const stageGroupNames: readonly StageGroup[] = [
  "ingest",
  "embed",
  "mine",
  "annotate",
  "export",
];

/** Whether the pipeline reaches a group when it is to stop after `until`. */
export function reaches(until: StageGroup, group: StageGroup): boolean {
  return stageGroupNames.indexOf(group) <= stageGroupNames.indexOf(until);
}

/** Names of the stages from a group on, in order. */
export function stagesFrom(group: StageGroup): string[] {
  return stageGroupNames
    .slice(stageGroupNames.indexOf(group))
    .flatMap((name) => [...stageGroups[name]]);
}
