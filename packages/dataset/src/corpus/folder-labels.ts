import { stat } from "node:fs/promises";
import path from "node:path";

import fields from "./caption-fields.json" with { type: "json" };
import { parseCaptionLine } from "./caption-line.ts";
import { cleanRelativePath } from "./file-name.ts";
import { readLines } from "./read-lines.ts";

/** What a label file says about an image. */
export interface Label {
  /** `labels.jsonl#17`. */
  readonly at: string;
  readonly caption: string | undefined;
}

/** The label files at the top of a folder: labels by image path, and the lines that are none. */
export async function readFolderLabels(
  root: string,
  classAsCaption: boolean,
): Promise<{
  labels: Map<string, Label>;
  problems: { readonly at: string; readonly problem: string }[];
}> {
  const labels = new Map<string, Label>();
  const problems: { readonly at: string; readonly problem: string }[] = [];
  for (const name of fields.labelFiles) {
    const file = path.join(root, name);
    if (!(await isFile(file))) continue;
    for await (const line of readLines(file)) {
      const at = `${name}#${line.number}`;
      const parsed = parseCaptionLine(line, classAsCaption);
      if (parsed.problem !== undefined) {
        problems.push({ at, problem: parsed.problem });
        continue;
      }
      const clean = cleanRelativePath(parsed.path);
      const earlier = clean === undefined ? undefined : labels.get(clean);
      if (clean === undefined)
        problems.push({ at, problem: `names ${parsed.path}, which leaves the folder` });
      else if (earlier === undefined) labels.set(clean, { at, caption: parsed.caption });
      else problems.push({ at, problem: `names ${clean}, as ${earlier.at} does` });
    }
  }
  return { labels, problems };
}

async function isFile(file: string): Promise<boolean> {
  return await stat(file).then(
    (stats) => stats.isFile(),
    () => false,
  );
}
