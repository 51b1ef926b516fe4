import { basename } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import type { Benchmark, BenchmarkQuery } from "./benchmark.ts";
import { createBenchmark } from "./create-benchmark.ts";
import { checkDistinct, corrupt } from "./read-annotations.ts";
import { checkRow, readRows } from "./read-rows.ts";

/** Where a set of triplets is, and how it is read. */
export interface ReadTripletsOptions {
  /** A JSON Lines file. */
  readonly file: string;
  /**
   * Of a record with several texts: the `first` alone (the default), or `all`, each a query of its own
   * with the id `{position}/{text}`.
   */
  readonly texts?: "first" | "all" | undefined;
}

const path = z.string().min(1);
const header = z.strictObject({
  /** What reports call the set; the file's name if left out. */
  set: path.optional(),
  gallery: z.array(path).optional(),
  removesQuery: z.boolean().optional(),
});
const texts = z.union([z.string().transform((one) => [one]), z.array(z.string()).min(1)]);
const record = z
  .object({
    id: path.optional(),
    q_img: path.optional(),
    q_text: texts.optional(),
    q_texts: texts.optional(),
    t_img: path.optional(),
    targets: z.array(path).min(1).optional(),
    hns: z.array(path).optional(),
    groups: z.array(path).optional(),
  })
  .refine((row) => row.targets !== undefined || row.t_img !== undefined, {
    message: "expected targets or t_img",
  })
  .refine((row) => [row.q_img, row.q_text, row.q_texts].some((one) => one !== undefined), {
    message: "expected q_img, q_text or both",
  });
const line = z.record(z.string(), z.unknown());
const OF_HEADER = ["set", "gallery", "removesQuery"];
type TripletRecord = z.infer<typeof record>;

/**
 * A retrieval set of one's own, one JSON object a line. A query is
 * `{"q_img": "a.jpg", "q_text": "the same in red", "targets": ["b.jpg", "c.jpg"]}`, with `id` (the position
 * from 0 if left out) and `groups` if there are any; paths are relative to the folder of images. The
 * released MegaPairs records (`q_img`, `q_text` as a list, `t_img`, `hns`) are queries as well.
 *
 * A line `{"set": "scenes", "gallery": ["a.jpg", …], "removesQuery": false}` says what is ranked; several
 * add up. Without one, the gallery is every picture that the file mentions, in that order. The query's
 * own picture stays in the ranking unless `removesQuery` is true: not to return it is part of the task.
 *
 * @throws `invalid-argument` if the file is not there or has no query; `corrupt-data`, with the line,
 * where one is of another form, an id comes twice, or a right answer is not in the gallery.
 */
export async function readTriplets({
  file,
  texts: which = "first",
}: ReadTripletsOptions): Promise<Benchmark> {
  const gallery = new Set<string>();
  const mentioned = new Set<string>();
  const queries: PlacedQuery[] = [];
  let name = basename(file).replace(/\.jsonl$/u, "");
  let removesReference = false;
  let records = 0;
  try {
    for await (const { at, value } of readRows(file, line)) {
      if (OF_HEADER.some((key) => Object.hasOwn(value, key))) {
        const said = checkRow(at, value, header);
        name = said.set ?? name;
        removesReference = said.removesQuery ?? removesReference;
        for (const one of said.gallery ?? []) gallery.add(one);
        continue;
      }
      const row = checkRow(at, value, record);
      const made = toQueries(row, String(records), which);
      queries.push(...made.map((query) => ({ at, query })));
      records += 1;
      for (const one of picturesOf(row)) mentioned.add(one);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    throw new MegaPairsError("invalid-argument", `${file} is not there; expected JSON Lines.`, {
      cause: error,
    });
  }
  if (queries.length === 0) {
    throw new MegaPairsError("invalid-argument", `${file} holds no query; expected one at least.`);
  }
  const candidates = gallery.size > 0 ? gallery : mentioned;
  checkQueries(queries, candidates);
  return createBenchmark({
    name: "triplets",
    split: name,
    variant: removesReference ? "query removed" : undefined,
    protocol: `the query's own picture is ${removesReference ? "removed from" : "kept in"} the ranking; the gallery is ${gallery.size > 0 ? "the one given" : "every picture that the set mentions"}`,
    removesReference,
    queries: queries.map(({ query }) => query),
    galleries: new Map([[GALLERY, [...candidates]]]),
    candidateOf: (_, id) => ({ picture: { paths: [id] } }),
  });
}

const GALLERY = "gallery";

interface PlacedQuery {
  /** For messages. */
  readonly at: string;
  readonly query: BenchmarkQuery;
}

function toQueries(row: TripletRecord, position: string, which: "first" | "all"): BenchmarkQuery[] {
  const { q_img: image, targets = [row.t_img!] } = row;
  const all = (row.q_text ?? row.q_texts ?? [""]).slice(0, which === "all" ? undefined : 1);
  const id = row.id ?? position;
  return all.map((text, index) => ({
    id: all.length > 1 ? `${id}/${index}` : id,
    referenceId: image ?? "",
    ...(image === undefined ? {} : { picture: { paths: [image] } }),
    ...(text.trim() === "" ? {} : { text }),
    targets: new Map(targets.map((target) => [target, 1])),
    subsetIds: [],
    gallery: GALLERY,
    groups: row.groups ?? [],
  }));
}

function picturesOf({ q_img: image, t_img: target, targets = [], hns = [] }: TripletRecord) {
  return [image, target, ...targets, ...hns].filter((one) => one !== undefined);
}

function checkQueries(queries: readonly PlacedQuery[], gallery: ReadonlySet<string>): void {
  const seen = new Set<string>();
  for (const { at, query } of queries) {
    const { id, targets, groups } = query;
    if (seen.has(id)) throw corrupt(at, `the id "${id}" again`, "a new one");
    seen.add(id);
    checkDistinct(`${at}: groups`, groups);
    const unknown = [...targets.keys()].find((target) => !gallery.has(target));
    if (unknown !== undefined)
      throw corrupt(at, `the right answer ${unknown}`, "one in the gallery");
  }
}
