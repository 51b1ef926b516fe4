import { readFile } from "node:fs/promises";

/** A step of the tutorial: a file to save, or commands to run. */
export interface TutorialStep {
  /** Line in the tutorial. */
  readonly line: number;
  /** Name of the file; undefined for commands. */
  readonly file: string | undefined;
  /** With what the tests put in the place of large models and numbers. */
  readonly text: string;
}

const PART = /<!-- test\n(?<changes>.*?)-->|```(?<kind>\w+)(?: (?<file>\S+))?\n(?<text>.*?)```/gsu;

/**
 * The steps of a tutorial: fenced blocks of `sh`, and those with a file's name. A comment
 * `<!-- test`, lines of `what => what stands for it`, `-->` holds from where it stands.
 */
export async function readTutorial(file: string): Promise<readonly TutorialStep[]> {
  const markdown = await readFile(file, "utf8");
  const changes: (readonly [string, string])[] = [];
  const steps: TutorialStep[] = [];
  for (const { groups = {}, index } of markdown.matchAll(PART)) {
    const { changes: lines, kind, file: name, text = "" } = groups;
    for (const line of lines?.trim().split("\n") ?? []) {
      const [from = "", to = ""] = line.split(" => ");
      if (!markdown.includes(from, index + line.length)) {
        throw new Error(`The tutorial has no "${from}" after the comment that replaces it.`);
      }
      changes.push([from, to]);
    }
    if (lines !== undefined || (kind !== "sh" && name === undefined)) continue;
    const line = markdown.slice(0, index).split("\n").length;
    const changed = changes.reduce((all, [from, to]) => all.replaceAll(from, to), text);
    steps.push({ line, file: name, text: changed });
  }
  return steps;
}
