import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import type { Benchmark, BenchmarkQuery } from "./benchmark.ts";
import { createBenchmark } from "./create-benchmark.ts";
import { mapWithout } from "./map-without.ts";
import { corrupt } from "./read-annotations.ts";
import { readRows } from "./read-rows.ts";

/** A folder of pictures whose categories are known. */
export interface ReadLabelledFolderOptions {
  /** Holds `labels.jsonl` (`{"file": "a.jpg", "label": "hat"}` a line), or one folder for each category. */
  readonly directory: string;
  /** Field of `labels.jsonl` that is the category; `label` by default. */
  readonly labelField?: string | undefined;
  /** Only rows of `labels.jsonl` with these values: `{ kind: "natural" }`. */
  readonly where?: Readonly<Record<string, string>> | undefined;
}

const LABELS = "labels.jsonl";
const PICTURE = /\.(?:jpe?g|png|webp|gif|tiff?|avif)$/iu;

/**
 * Category retrieval over a labelled folder: every picture is a query, without text, and asks for the
 * other pictures of its category; it is itself taken out of the ranking. R@1 is then leave-one-out
 * precision@1. Pictures that are alone in their category are candidates, not queries.
 *
 * @throws `invalid-argument` if there are no two pictures of one category; `corrupt-data`, with the
 * line, where `labels.jsonl` lacks a field or names a file twice.
 */
export async function readLabelledFolder({
  directory,
  labelField = "label",
  where = {},
}: ReadLabelledFolderOptions): Promise<Benchmark> {
  const labels = existsSync(join(directory, LABELS))
    ? await readLabels(join(directory, LABELS), labelField, where)
    : await readFolders(directory);
  const members = new Map<string, Map<string, number>>();
  for (const [file, label] of labels) {
    const known = members.get(label);
    if (known === undefined) members.set(label, new Map([[file, 1]]));
    else known.set(file, 1);
  }
  const queries = [...labels].flatMap(([file, label]): BenchmarkQuery[] => {
    const targets = mapWithout(members.get(label)!, file);
    if (targets.size === 0) return [];
    return [
      {
        id: file,
        referenceId: file,
        picture: { paths: [file] },
        targets,
        subsetIds: [],
        gallery: GALLERY,
        groups: [label],
      },
    ];
  });
  if (queries.length === 0) {
    throw new MegaPairsError(
      "invalid-argument",
      `${directory} has no two pictures of one category; expected ${LABELS} or a folder for each category.`,
    );
  }
  const alone = labels.size - queries.length;
  return createBenchmark({
    name: "folder",
    split: basename(resolve(directory)),
    variant: describe(labelField, where),
    protocol: `${members.size} categories${alone === 0 ? "" : `, ${alone} pictures alone in theirs are candidates only`}`,
    queries,
    galleries: new Map([[GALLERY, [...labels.keys()]]]),
    candidateOf: (_, id) => ({ picture: { paths: [id] } }),
  });
}

const GALLERY = "folder";

function describe(field: string, where: Readonly<Record<string, string>>): string | undefined {
  const parts = Object.entries(where).map(([name, value]) => `${name} ${value}`);
  if (field !== "label") parts.unshift(`by ${field}`);
  return parts.length === 0 ? undefined : parts.join(", ");
}

async function readLabels(
  file: string,
  field: string,
  where: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>();
  for await (const { at, value } of readRows(file, z.record(z.string(), z.unknown()))) {
    if (Object.entries(where).some(([name, wanted]) => value[name] !== wanted)) continue;
    const { file: path, [field]: label } = value;
    if (typeof path !== "string" || typeof label !== "string") {
      throw corrupt(at, `${typeof path === "string" ? field : "file"} that is no text`, "a text");
    }
    if (labels.has(path)) throw corrupt(at, `the file ${path} again`, "a new one");
    labels.set(path, label);
  }
  return labels;
}

async function readFolders(directory: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((cause: unknown) => {
    throw new MegaPairsError("invalid-argument", `${directory} cannot be read.`, { cause });
  });
  const labels = new Map<string, string>();
  for (const { name } of entries.filter((entry) => entry.isDirectory()).toSorted(byName)) {
    const files = await readdir(join(directory, name));
    for (const file of files.filter((one) => PICTURE.test(one)).toSorted()) {
      labels.set(`${name}/${file}`, name);
    }
  }
  return labels;
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
