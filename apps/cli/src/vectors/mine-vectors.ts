import { planSelection } from "@megapairs/mine";
import type {
  PairCaps,
  PairSelection,
  RelationReport,
  SelectionCounts,
  SimilarityBand,
} from "@megapairs/mine";
import { createProgress } from "@megapairs/run";
import type { ProgressReporter, StageProgress } from "@megapairs/run";
import { MegaPairsError } from "@megapairs/spec";
import type { RejectRecord } from "@megapairs/spec";
import { holdOpen } from "../hold-open.ts";
import { prepareOutputFile, writeOutputFile } from "../output-file.ts";
import { addCounts } from "./add-counts.ts";
import { findVectorLeaks } from "./find-vector-leaks.ts";
import { nameRows } from "./image-rows.ts";
import { joinRelations, reportRelations } from "./join-relations.ts";
import type { VectorRelationReport } from "./join-relations.ts";
import { openVectors } from "./open-vectors.ts";
import type { VectorsFile } from "./open-vectors.ts";
import { pairLines } from "./pair-lines.ts";
import { readLabels } from "./read-labels.ts";

/** What to mine and where the pairs go. */
export interface MineVectorsOptions {
  /** `[NAME=]FILE` of each relation. */
  readonly vectors: readonly string[];
  /** One id a line; the numbers of the rows by default. */
  readonly idsFile?: string | undefined;
  readonly normalise: boolean;
  /** By relation name. */
  readonly bandOf: (relation: string) => SimilarityBand;
  /** Names that bands were given for. */
  readonly bandNames: readonly string[];
  readonly k: number;
  /** Share of the neighbours to find, measured; 1: all, by scoring every pair. */
  readonly recall: number;
  /** Where joins are kept, to be extended when images are added. */
  readonly joins?: string | undefined;
  readonly selection: PairSelection;
  readonly queriesPerTarget?: number | undefined;
  readonly pairsPerGroup?: number | undefined;
  /** One label a line. */
  readonly groupsFile?: string | undefined;
  readonly duplicates?: "keep" | "representatives" | undefined;
  /** `RELATION=FILE` of each evaluation set. */
  readonly guards: readonly string[];
  readonly guardThreshold?: number | undefined;
  /** JSON Lines. */
  readonly out: string;
  /** Takes the images that were left out, as JSON Lines. */
  readonly rejectsFile?: string | undefined;
  /** Takes the groups of near duplicates, as JSON Lines. */
  readonly duplicatesFile?: string | undefined;
  /** Progress as JSON lines. */
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** What was mined. */
export interface MineVectorsResult {
  readonly out: string;
  readonly images: number;
  readonly relations: readonly VectorRelationReport[];
  readonly counts: SelectionCounts;
  /** Groups of near duplicates over all relations, and the images in them. */
  readonly duplicates: { readonly groups: number; readonly images: number };
  /** Images left out since an evaluation set has them too. */
  readonly guarded: number;
}

/**
 * Mines pairs out of matrices of vectors, without a run directory: one JSON line for each pair, in the
 * order of the rows. Files may be larger than memory. `invalid-argument` on files that do not fit
 * together, and where no band caught anything; no file is written then.
 */
export async function mineVectors(options: MineVectorsOptions): Promise<MineVectorsResult> {
  const { out, rejectsFile, duplicatesFile, signal } = options;
  const outputs = [out, rejectsFile, duplicatesFile].filter((file) => file !== undefined);
  for (const file of outputs) await prepareOutputFile(file);
  return holdOpen(async (hold) => {
    const files: VectorsFile[] = [];
    for (const location of options.vectors) {
      const file = await openVectors({ location, normalise: options.normalise, signal });
      hold(() => file.close());
      files.push(file);
    }
    const [first] = files;
    if (first === undefined) {
      throw new MegaPairsError("invalid-argument", "No vectors: give --vectors FILE.");
    }
    checkFit(options, files);
    const images = await nameRows(options.idsFile, first);
    const relations = files.map(({ name, inOrder }) => ({
      name,
      source: inOrder(images.ids, images.order),
      band: options.bandOf(name),
    }));
    const caps = await capsOf(options, images.rowOf, first.rows);
    const { guards, guardThreshold: threshold, normalise } = options;
    const leaks = await findVectorLeaks({ guards, relations, threshold, normalise, signal });

    const reporter = createProgress({ json: options.json });
    const joins = await joinRelations(relations, { ...options, seed: options.selection.seed });
    const { selection, duplicateGroups } = await planSelection({
      ...options.selection,
      ...caps,
      isExcluded: (id) => leaks.has(id),
      duplicates: options.duplicates,
      neighbours: joins.map(({ joined }) => joined.neighbours),
      nearDuplicates: joins.map(({ joined }) => joined.nearDuplicates),
      signal,
      onCapsProgress: capsProgress(reporter, READS_FOR_CAPS * images.ids.length),
    });
    const reports = await reportRelations(relations, joins, {
      ...options,
      seed: options.selection.seed,
    });
    let counts: SelectionCounts | undefined;
    const selecting = reporter.stage("select", images.ids.length);
    function* lines(): Generator<string> {
      const onCounts = (part: SelectionCounts): void => {
        selecting.advance(part.queries);
        counts = counts === undefined ? part : addCounts(counts, part);
      };
      yield* pairLines({ joins: joins.map(({ joined }) => joined), selection, images, onCounts });
      assertPairs(counts, reports);
    }
    try {
      await writeOutputFile(out, lines());
    } finally {
      selecting.end();
    }
    const groups = duplicateGroups.map(({ representativeId, duplicateIds }) => ({
      keep: images.nameOf(representativeId),
      duplicates: duplicateIds.map(images.nameOf),
    }));
    const copies = options.duplicates === "representatives" ? groups : [];
    const rejects: RejectRecord[] = [
      ...leaks.rejects().map((reject) => ({ ...reject, item: images.nameOf(reject.item) })),
      ...copies.flatMap(({ keep, duplicates }) => duplicates.map((item) => duplicate(item, keep))),
    ];
    if (duplicatesFile !== undefined) await writeOutputFile(duplicatesFile, linesOf(groups));
    if (rejectsFile !== undefined) await writeOutputFile(rejectsFile, linesOf(rejects));
    const copied = groups.reduce((sum, { duplicates }) => sum + 1 + duplicates.length, 0);
    return {
      out,
      images: images.ids.length,
      relations: reports,
      counts: counts!,
      duplicates: { groups: groups.length, images: copied },
      guarded: leaks.size,
    };
  });
}

/** Most times that caps read all sets: `planCaps` makes three rounds at most. */
const READS_FOR_CAPS = 6;

/** Shows the reading of sets, as long as there are caps; they settle before `most` as a rule. */
function capsProgress(reporter: ProgressReporter, most: number): (readSets: number) => void {
  let stage: StageProgress | undefined;
  let done = 0;
  return (readSets) => {
    stage ??= reporter.stage("caps", most);
    stage.advance(readSets - done);
    done = readSets;
  };
}

async function capsOf(
  { queriesPerTarget, pairsPerGroup, groupsFile }: MineVectorsOptions,
  rowOf: (id: string) => number,
  rows: number,
): Promise<PairCaps> {
  if ((pairsPerGroup === undefined) !== (groupsFile === undefined)) {
    throw new MegaPairsError(
      "invalid-argument",
      "--groups FILE and --pairs-per-group N go together.",
    );
  }
  if (groupsFile === undefined) return { queriesPerTarget };
  const labels = await readLabels(groupsFile, rows);
  return { queriesPerTarget, pairsPerGroup, groupOf: (id) => labels[rowOf(id)] };
}

function checkFit({ bandNames }: MineVectorsOptions, files: readonly VectorsFile[]): void {
  const [first] = files;
  for (const { file, rows } of files) {
    if (rows === first?.rows) continue;
    throw new MegaPairsError(
      "invalid-argument",
      `${file} has ${rows} rows and ${first?.file} has ${first?.rows}; expected as many: row i is one image in all files.`,
    );
  }
  const names = files.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    throw new MegaPairsError(
      "invalid-argument",
      `The relations are [${names.join(", ")}]; expected each name once: give --vectors NAME=FILE.`,
    );
  }
  const unknown = bandNames.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new MegaPairsError(
    "invalid-argument",
    `--band ${unknown}=…: there is no relation ${unknown}, only ${names.join(", ")}.`,
  );
}

function assertPairs(
  counts: SelectionCounts | undefined,
  reports: readonly RelationReport[],
): void {
  if (counts !== undefined && counts.pairs > 0) return;
  const warnings = reports.map(({ warning }) => warning).filter((text) => text !== undefined);
  const left = `${counts?.nearDuplicateMembers ?? 0} neighbours are near duplicates of their query, ${counts?.excludedMembers ?? 0} are left out.`;
  const why = warnings.length > 0 ? warnings.join(" ") : left;
  throw new MegaPairsError("invalid-argument", `No pairs. ${why} Change --band.`);
}

function duplicate(item: string, keep: string): RejectRecord {
  return { item, code: "duplicate", reason: `a near duplicate of ${keep}, which stays` };
}

function* linesOf(records: readonly object[]): Generator<string> {
  for (const record of records) yield `${JSON.stringify(record)}\n`;
}
