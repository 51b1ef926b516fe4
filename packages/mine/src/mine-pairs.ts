import { MegaPairsError } from "@megapairs/spec";
import type {
  EmbeddingMatrix,
  NearDuplicateRecord,
  NeighbourRecord,
  PairRecord,
} from "@megapairs/spec";
import { explainEmptyBand } from "./calibrate/explain-empty-band.ts";
import { groupNearDuplicates } from "./select/group-near-duplicates.ts";
import type { NearDuplicateGroup } from "./select/group-near-duplicates.ts";
import { mergeNeighbours } from "./select/merge-neighbours.ts";
import { createNearDuplicateTest } from "./select/near-duplicates.ts";
import type { PairCaps } from "./select/pair-caps.ts";
import type { PairSelection } from "./select/pair-selection.ts";
import { planCaps } from "./select/plan-caps.ts";
import type { ScoreEstimate } from "./score-estimate.ts";
import { selectPairs } from "./select/select-pairs.ts";
import type { SelectionCounts } from "./select/select-pairs.ts";
import { selfJoin } from "./self-join.ts";
import type { PlainSelfJoinResult, SelfJoin, SelfJoinProgress } from "./self-join.ts";
import type { SimilarityBand } from "./similarity-band.ts";
import { similarityHistogram } from "./calibrate/similarity-histogram.ts";
import type { TileProduct } from "./tile-product.ts";

/** One similarity model and what counts as a neighbour under it. */
export interface MineRelation {
  /** `I`, `D`, `T` in the paper. */
  readonly name: string;
  readonly matrix: EmbeddingMatrix;
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
export interface MinePairsOptions
  extends Omit<PairSelection, "relations" | "nearDuplicates">, PairCaps {
  readonly relations: readonly MineRelation[];
  /**
   * What becomes of the groups of near duplicates: all their images are mined, apart from one another
   * (`keep`, the default), or only one of each group is (`representatives`). The others still fill
   * neighbour lists, so that a larger `k` makes up for them.
   */
  readonly duplicates?: "keep" | "representatives" | undefined;
  /** See `groupNearDuplicates`. */
  readonly prefer?: ((firstId: string, secondId: string) => number) | undefined;
  /** How neighbours are found; {@link selfJoin}, the exact way, by default. */
  readonly join?: SelfJoin | undefined;
  /** Passed to the join. */
  readonly product?: TileProduct | undefined;
  /** Passed to the join. */
  readonly estimate?: ScoreEstimate | undefined;
  /** Passed to the join. */
  readonly tileRows?: number | undefined;
  /** Passed to the join. */
  readonly tileColumns?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?:
    | ((progress: SelfJoinProgress & { readonly relation: string }) => void)
    | undefined;
}

/** What one relation contributed. */
export interface RelationReport {
  readonly relation: string;
  /** Images that have an embedding. */
  readonly images: number;
  /** Images that other relations know and this one does not: without a caption, say. */
  readonly missingImages: number;
  /** Directed (query, neighbour) entries kept. */
  readonly neighbours: number;
  /** Images of this relation without a neighbour in the band. */
  readonly emptyQueries: number;
  /** Directed (image, near duplicate) entries over the band, listed or not. */
  readonly nearDuplicates: number;
  /** {@link explainEmptyBand}'s line, when the band caught nothing at all. */
  readonly warning: string | undefined;
}

/** Result of {@link minePairs}. */
export interface MineResult {
  /** In ascending query id order, then ascending target id order. */
  readonly pairs: readonly PairRecord[];
  /** All relations' in the order given, queries ascending within each. */
  readonly neighbours: readonly NeighbourRecord[];
  /** Likewise; also those of relations that `ignore` them. */
  readonly nearDuplicates: readonly NearDuplicateRecord[];
  /** Of the relations that do not `ignore` them, by ascending lowest id. */
  readonly duplicateGroups: readonly NearDuplicateGroup[];
  readonly relations: readonly RelationReport[];
  readonly counts: SelectionCounts;
}

/**
 * Mines pairs with hard negatives out of the embeddings of a corpus, in one call: a join for each
 * relation, {@link mergeNeighbours}, {@link selectPairs} (paper §3.1).
 *
 * Relations may cover different images, since not every image has a caption: a query is any image
 * that any relation knows, and reports say how many each lacks.
 *
 * Rejects with `invalid-argument` when no relation is given, two share a name, or a matrix or
 * setting is refused. An empty band is no error: its report carries a warning.
 */
export async function minePairs(options: MinePairsOptions): Promise<MineResult> {
  const {
    relations,
    join = selfJoin,
    product,
    estimate,
    tileRows,
    tileColumns,
    signal,
    onProgress,
  } = options;
  checkNames(relations);
  const joined: Joined[] = [];
  for (const relation of relations) {
    const { name, matrix, band, k } = relation;
    const result = await join({
      matrix,
      relation: name,
      band,
      k,
      product,
      estimate,
      tileRows,
      tileColumns,
      signal,
      onProgress: onProgress && ((progress) => onProgress({ ...progress, relation: name })),
    });
    joined.push({
      relation,
      neighbours: [...result.neighbours],
      nearDuplicates: [...result.nearDuplicates],
    });
  }

  const neighbours = joined.flatMap((part) => part.neighbours);
  const telling = joined
    .filter(({ relation }) => relation.nearDuplicates !== "ignore")
    .flatMap((part) => part.nearDuplicates);
  const duplicateGroups = groupNearDuplicates({ records: telling, prefer: options.prefer });
  const retrievedSets = mergeNeighbours(neighbours);
  const selection: PairSelection = {
    seed: options.seed,
    targetsPerQuery: options.targetsPerQuery,
    targetStrategy: options.targetStrategy,
    hardNegatives: options.hardNegatives,
    minimumHardNegatives: options.minimumHardNegatives,
    strategy: options.strategy,
    negativeMargin: options.negativeMargin,
    negativeRanks: options.negativeRanks,
    isExcluded: exclusionOf(options, duplicateGroups),
    nearDuplicates: createNearDuplicateTest(telling),
  };
  const { queriesPerTarget, pairsPerGroup, groupOf } = options;
  const caps = await planCaps({
    ...selection,
    queriesPerTarget,
    pairsPerGroup,
    groupOf,
    retrievedSets: () => retrievedSets,
    signal,
  });
  const { pairs, counts } = selectPairs({ ...selection, retrievedSets, caps });
  const reports: RelationReport[] = [];
  for (const part of joined) reports.push(await report(part, counts.queries, options));
  const nearDuplicates = joined.flatMap((part) => part.nearDuplicates);
  return { pairs, neighbours, nearDuplicates, duplicateGroups, relations: reports, counts };
}

function exclusionOf(
  { duplicates = "keep", isExcluded }: MinePairsOptions,
  groups: readonly NearDuplicateGroup[],
): ((imageId: string) => boolean) | undefined {
  if (duplicates === "keep") return isExcluded;
  const left = new Set(groups.flatMap(({ duplicateIds }) => duplicateIds));
  return (imageId) => left.has(imageId) || isExcluded?.(imageId) === true;
}

interface Joined extends PlainSelfJoinResult {
  readonly relation: MineRelation;
}

async function report(
  { relation: { name, matrix, band }, neighbours, nearDuplicates }: Joined,
  imagesOfAll: number,
  { seed, product, signal }: MinePairsOptions,
): Promise<RelationReport> {
  const kept = neighbours.reduce((sum, record) => sum + record.neighbours.length, 0);
  return {
    relation: name,
    images: matrix.ids.length,
    missingImages: imagesOfAll - matrix.ids.length,
    neighbours: kept,
    emptyQueries: neighbours.filter((record) => record.neighbours.length === 0).length,
    nearDuplicates: nearDuplicates.reduce((sum, { total }) => sum + total, 0),
    warning:
      kept > 0
        ? undefined
        : explainEmptyBand({
            relation: name,
            band,
            histogram: await similarityHistogram({ matrix, seed, product, signal }),
          }),
  };
}

function checkNames(relations: readonly MineRelation[]): void {
  const names = relations.map(({ name }) => name);
  if (names.length > 0 && new Set(names).size === names.length) return;
  throw new MegaPairsError(
    "invalid-argument",
    `The relations are [${names.join(", ")}]; expected at least one, each name once.`,
  );
}
