import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import type { Benchmark, BenchmarkItem, BenchmarkQuery } from "./benchmark.ts";
import { createBenchmark } from "./create-benchmark.ts";
import { mmebDataSets } from "./mmeb-data-sets.ts";
import sizes from "./official-sizes.json" with { type: "json" };
import { checkSize, corrupt } from "./read-annotations.ts";
import { findRowFiles, readRows } from "./read-rows.ts";

/** Where MMEB is, and which of it. */
export interface ReadMmebOptions {
  /**
   * Folder with one folder or file for each data set, as downloaded: `ImageNet-1K/….parquet`,
   * `ImageNet-1K.parquet` or `ImageNet-1K.jsonl`.
   */
  readonly directory: string;
  /** Names of the data sets to read; those that are there by default. Fewer than 36 are partial. */
  readonly dataSets?: readonly string[] | undefined;
  /**
   * What stands for the published `<|image_1|>` in texts; the image token of the model, or nothing (the
   * default) for encoders that take the picture beside the text.
   */
  readonly imageToken?: string | undefined;
}

const IMAGE_TOKEN = "<|image_1|>";

const row = z
  .object({
    /** MMEB-V2's rows keep the instructions apart. */
    qry_inst: z.string().optional(),
    tgt_inst: z.string().optional(),
    qry_text: z.string(),
    qry_img_path: z.string(),
    tgt_text: z.array(z.string()).min(1),
    tgt_img_path: z.array(z.string()).min(1),
  })
  .refine(({ tgt_text: texts, tgt_img_path: paths }) => texts.length === paths.length, {
    path: ["tgt_img_path"],
    message: "expected as many as tgt_text",
  });

/**
 * MMEB's image tasks (36 data sets) from the rows of TIGER-Lab/MMEB-eval, as Parquet or JSON Lines with
 * the published columns. A query is `{data set}/{position from 0}`; its candidates are `"0"`, the right
 * one, to the last, usually `"999"`. An empty text or path is none. The rows of MMEB-V2's image part
 * (ziyjiang/MMEB_Test_Instruct), with instructions in columns of their own, are read as well and named.
 *
 * A query's groups are its data set, its meta-task, and `IND` or `OOD` (whether VLM2Vec trained on it).
 *
 * @throws `invalid-argument` if no data set is there, or one asked for is not; `corrupt-data`, with the
 * place, if a file is cut short or of another version.
 */
export async function readMmeb({
  directory,
  dataSets,
  imageToken = "",
}: ReadMmebOptions): Promise<Benchmark> {
  checkNames(dataSets);
  const queries: BenchmarkQuery[] = [];
  const galleries = new Map<string, readonly string[]>();
  const candidates = new Map<string, readonly BenchmarkItem[]>();
  let found = 0;
  let isV2 = false;
  for (const { name, metaTask, distribution } of mmebDataSets) {
    if (dataSets?.includes(name) === false) continue;
    const files = await findRowFiles(directory, name);
    if (files.length === 0 && dataSets !== undefined) throw absent(directory, name);
    if (files.length === 0) continue;
    found += 1;
    const pool = createPool(imageToken);
    const start = queries.length;
    for (const file of files) {
      for await (const { at, value } of readRows(file, row)) {
        const id = `${name}/${queries.length - start}`;
        const { qry_img_path: path, tgt_text: texts, tgt_img_path: paths } = value;
        isV2 ||= value.qry_inst !== undefined;
        const item = pool(join(value.qry_inst, value.qry_text), path);
        const own = texts.flatMap(
          (one, index) => pool(join(value.tgt_inst, one), paths[index]!) ?? [],
        );
        if (item === undefined || own.length < texts.length) {
          throw corrupt(
            at,
            "a query or candidate without text and picture",
            "one of them at least",
          );
        }
        candidates.set(id, own);
        const gallery = `positions/${own.length}`;
        if (!galleries.has(gallery))
          galleries.set(
            gallery,
            own.map((_, index) => String(index)),
          );
        queries.push({
          ...item,
          id,
          referenceId: path,
          targets: new Map([["0", 1]]),
          subsetIds: [],
          gallery,
          groups: [name, metaTask, distribution],
        });
      }
    }
    checkSize(files.join(", "), "queries", queries.length - start, sizes.mmeb.queries);
  }
  if (found === 0) throw absent(directory, "no data set");
  const all = mmebDataSets.length;
  return createBenchmark({
    name: "mmeb",
    variant: isV2 ? "V2 image rows" : undefined,
    protocol: `texts ${imageToken === "" ? "without the published image token" : `with ${imageToken} for the image`}`,
    queries,
    galleries,
    candidateOf: ({ id }, position) => candidates.get(id)![Number(position)]!,
    shortfalls: found < all ? [{ what: "data sets", found, expected: all }] : [],
  });
}

/** Makes items, equal ones once: a data set names a thousand candidates a thousand times. */
function createPool(imageToken: string) {
  const items = new Map<string, BenchmarkItem>();
  return (published: string, path: string): BenchmarkItem | undefined => {
    const key = `${path}\n${published}`;
    const known = items.get(key);
    if (known !== undefined) return known;
    const text = published.replaceAll(IMAGE_TOKEN, imageToken).trim();
    if (text === "" && path === "") return undefined;
    const item: BenchmarkItem = {
      ...(path === "" ? {} : { picture: { paths: FOLDERS.map((folder) => folder + path) } }),
      ...(text === "" ? {} : { text }),
    };
    items.set(key, item);
    return item;
  };
}

/** Instruction and text as VLM2Vec joins them; white space at the ends is cut later. */
function join(instruction: string | undefined, text: string): string {
  return instruction === undefined ? text : `${instruction} ${text}`;
}

const FOLDERS = ["", "eval_images/", "image-tasks/"];

function checkNames(dataSets: readonly string[] | undefined): void {
  const unknown = dataSets?.find((one) => !mmebDataSets.some(({ name }) => name === one));
  if (unknown === undefined) return;
  const names = mmebDataSets.map(({ name }) => name).join(", ");
  throw new MegaPairsError(
    "invalid-argument",
    `There is no data set "${unknown}" in MMEB; expected some of ${names}.`,
  );
}

function absent(directory: string, what: string): MegaPairsError {
  return new MegaPairsError(
    "invalid-argument",
    `${directory} holds ${what === "no data set" ? what : `no ${what}`} of MMEB; expected folders or files like ImageNet-1K/test.parquet or ImageNet-1K.jsonl, to be had from huggingface.co/datasets/TIGER-Lab/MMEB-eval.`,
  );
}
