import { basename } from "node:path";
import type { RunDatabase } from "@megapairs/dataset";
import type { ReportResults } from "@megapairs/report";
import type { RunRecord } from "@megapairs/run";
import { formatCount } from "@megapairs/run";
import { stringify } from "yaml";
import { parseConfig, settingsOf } from "../config/load-config.ts";
import type { RunConfig } from "../config/run-config.ts";
import { gatherRunFacts } from "../run-facts.ts";
import { sampleTriplets } from "../sample-triplets.ts";
import { pictureTriplets } from "./picture-triplets.ts";
import { runFlow } from "./run-flow.ts";
import { runSimilarities } from "./run-similarities.ts";

/** Options of {@link runResults}. */
export interface RunResultsOptions {
  readonly directory: string;
  readonly record: RunRecord;
  readonly database: RunDatabase;
  /** Triplets to show. */
  readonly triplets: number;
  /** Queries compared with all images for the histograms. */
  readonly sample: number;
  /** Decides which triplets and queries. */
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** What an ordinary run gives to a page: as much of it as is done. */
export async function runResults(options: RunResultsOptions): Promise<ReportResults> {
  const { directory, record, database, triplets: count, sample, seed, signal } = options;
  const facts = await gatherRunFacts(directory, record, database);
  const { images, pairs, triplets, instructions, pairsByRelations } = facts;
  const histograms = { record, database, sample, seed, signal, pairsByRelations };
  const shown = await sampleTriplets(database, { count, seed });
  const config = parseConfig(settingsOf(record.settings), "the run");
  const name = basename(directory);
  const command = `megapairs run ${quoted(`${name}.yaml`)} --out ${quoted(`runs/${name}`)}`;
  const figures = [
    `${formatCount(images)} images`,
    pairs > 0 && `${formatCount(pairs)} pairs`,
    triplets > 0 &&
      `${formatCount(triplets)} triplets with ${formatCount(instructions)} instructions`,
  ].filter((figure) => figure !== false);
  return {
    format: "megapairs-results-v1",
    title: `Run ${name}`,
    claim: `${figures.join(", ")}.`,
    run: {
      command,
      settings: {
        corpus: basename(config.corpus),
        ...plainSettings(config.mine),
        describe: nameOf(config.annotate.describe),
        instruct: nameOf(config.annotate.instruct),
      },
      seeds: [config.seed],
      versions: { ...record.createdBy, ...fingerprintsOf(record) },
      reproduce: [
        `cat > ${quoted(`${name}.yaml`)} <<'END'`,
        ...stringify(config).trimEnd().split("\n"),
        "END",
        command,
      ],
    },
    flow: await runFlow(directory, record, facts),
    similarities: await runSimilarities(histograms),
    provenance: pairsByRelations,
    triplets: await pictureTriplets(database, shown),
  };
}

/** A word as a shell takes it. */
function quoted(word: string): string {
  return /^[\w./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** First digits of what decides each model's answers. */
function fingerprintsOf({ stages }: RunRecord): Record<string, string> {
  const all = Object.values(stages).flatMap(({ fingerprints }) => Object.entries(fingerprints));
  return Object.fromEntries(
    all.map(([name, fingerprint]) => [`model ${name}`, fingerprint.slice(0, 12)]),
  );
}

/** Settings that were given, ranges in words. */
function plainSettings(mine: RunConfig["mine"]): ReportResults["run"]["settings"] {
  return Object.fromEntries(
    Object.entries(mine).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(" to ") : value]],
    ),
  );
}

function nameOf(backend: RunConfig["annotate"]["describe"]): string {
  return typeof backend === "string" ? backend : backend.model;
}
