import { MegaPairsError } from "@megapairs/spec";
import type {
  EmbeddingMatrix,
  NearDuplicateRecord,
  NeighbourRecord,
  PairRecord,
  VectorSource,
} from "@megapairs/spec";
import type { RecordList } from "./record-list.ts";
import { reportRelation } from "./report-relation.ts";
import type { RelationReport } from "./report-relation.ts";
import type { NearDuplicateGroup } from "./select/group-near-duplicates.ts";
import { planSelection } from "./select/plan-selection.ts";
import type { PlanSelectionOptions } from "./select/plan-selection.ts";
import { selectPairs } from "./select/select-pairs.ts";
import type { SelectionCounts } from "./select/select-pairs.ts";
import { selfJoin } from "./self-join.ts";
import type { SelfJoin, SelfJoinProgress } from "./self-join.ts";
import type { SimilarityBand } from "./similarity-band.ts";

/** One similarity model and what counts as a neighbour under it. */
export interface MineRelation {
  /** `I`, `D`, `T` in the paper. */
  readonly name: string;
  readonly matrix: EmbeddingMatrix | VectorSource;
  readonly band: SimilarityBand;
  /** Most neighbours kept for a query. */
  readonly k: number;
  /**
   * What a cosine over the band says about the two images: that one must not be mined for the other
   * under any relation (`exclude`, the default), or nothing (`ignore`). The latter suits captions
   * where equal captions do not mean equal pictures.
   */
  readonly nearDuplicates?: "exclude" | "ignore" | undefined;
}

/** Options of {@link minePairs}. */
export interface MinePairsOptions extends Omit<
  PlanSelectionOptions,
  "relations" | "neighbours" | "nearDuplicates"
> {
  readonly relations: readonly MineRelation[];
  /** How neighbours are found; {@link selfJoin}, the exact way, by default. */
  readonly join?: SelfJoin | undefined;
  readonly onProgress?:
    | ((progress: SelfJoinProgress & { readonly relation: string }) => void)
    | undefined;
}

/** Result of {@link minePairs}. */
export interface MineResult {
  /** In ascending query id order, then ascending target id order. */
  readonly pairs: readonly PairRecord[];
  /** One list for each relation in the order given, queries ascending. */
  readonly neighbours: readonly RecordList<NeighbourRecord>[];
  /** Likewise; also those of relations that `ignore` them. */
  readonly nearDuplicates: readonly RecordList<NearDuplicateRecord>[];
  /** Of the relations that do not `ignore` them, by ascending lowest id. */
  readonly duplicateGroups: readonly NearDuplicateGroup[];
  readonly relations: readonly RelationReport[];
  readonly counts: SelectionCounts;
}

/**
 * Mines pairs with hard negatives out of the embeddings of a corpus, in one call: a join for each
 * relation, {@link planSelection}, {@link selectPairs} of all sets, {@link reportRelation} (paper
 * §3.1). Only the pairs have to fit in memory, beside the joins' compact lists: for more, make these
 * calls yourself, the sets in parts.
 *
 * Relations may cover different images, since not every image has a caption: a query is any image
 * that any relation knows, and reports say how many each lacks.
 *
 * Rejects with `invalid-argument` when no relation is given, two share a name, or a matrix or
 * setting is refused. An empty band is no error: its report carries a warning.
 */
export async function minePairs(options: MinePairsOptions): Promise<MineResult> {
  const { relations, join = selfJoin, onProgress, ...selecting } = options;
  const { signal, seed } = selecting;
  checkNames(relations);
  const joins: Awaited<ReturnType<SelfJoin>>[] = [];
  for (const { name, matrix, band, k } of relations) {
    const joined = await join({
      matrix,
      relation: name,
      band,
      k,
      signal,
      onProgress: onProgress && ((progress) => onProgress({ ...progress, relation: name })),
    });
    joins.push(joined);
  }
  const neighbours = joins.map((joined) => joined.neighbours);
  const nearDuplicates = joins.map((joined) => joined.nearDuplicates);
  const { selection, retrievedSets, duplicateGroups } = await planSelection({
    ...selecting,
    neighbours,
    nearDuplicates: nearDuplicates.filter(
      (_, place) => relations[place]!.nearDuplicates !== "ignore",
    ),
  });
  const { pairs, counts } = selectPairs({ ...selection, retrievedSets: retrievedSets() });
  const reports: RelationReport[] = [];
  for (const [place, { name: relation, matrix, band }] of relations.entries()) {
    const joined = joins[place]!;
    const images = counts.queries;
    reports.push(await reportRelation({ relation, matrix, band, joined, images, seed, signal }));
  }
  return { pairs, neighbours, nearDuplicates, duplicateGroups, relations: reports, counts };
}

function checkNames(relations: readonly MineRelation[]): void {
  const names = relations.map(({ name }) => name);
  if (names.length > 0 && new Set(names).size === names.length) return;
  throw new MegaPairsError(
    "invalid-argument",
    `The relations are [${names.join(", ")}]; expected at least one, each name once.`,
  );
}
