import {
  readCirco,
  readCirr,
  readFashioniq,
  readGenecis,
  readLabelledFolder,
  readMmeb,
  readTriplets,
} from "@megapairs/eval";
import type { Benchmark, BenchmarkName } from "@megapairs/eval";
import { MegaPairsError } from "@megapairs/spec";

/** Splits by benchmark; those that papers score come first. */
export const benchmarkSplits = {
  circo: ["val", "test"],
  cirr: ["val", "test1"],
  fashioniq: ["val"],
  genecis: ["val"],
  mmeb: ["test"],
  triplets: ["all"],
  folder: ["all"],
} as const satisfies Record<BenchmarkName, readonly string[]>;

/** Protocols of other papers, each of one benchmark. */
export const benchmarkVariants = ["reference-removed", "target-soft", "val-gallery"] as const;

/** What the flags of `megapairs eval` say. */
export interface ChooseBenchmarkOptions {
  readonly name: BenchmarkName;
  /** Folder of the annotations; of triplets their file. */
  readonly directory: string;
  /** The first of {@link benchmarkSplits} by default. */
  readonly split?: string | undefined;
  readonly variant?: (typeof benchmarkVariants)[number] | undefined;
  /** Folder of the pictures, where the gallery of CIRCO may have to be looked up. */
  readonly images?: string | undefined;
  /** Of MMEB. */
  readonly dataSet?: readonly string[] | undefined;
  readonly imageToken?: string | undefined;
  /** Of triplets. */
  readonly texts?: "first" | "all" | undefined;
  /** Of a labelled folder. */
  readonly labelField?: string | undefined;
  readonly where?: Readonly<Record<string, string>> | undefined;
}

const VARIANT_OF: Readonly<Record<(typeof benchmarkVariants)[number], BenchmarkName>> = {
  "reference-removed": "circo",
  "target-soft": "cirr",
  "val-gallery": "fashioniq",
};

/** Options that belong to some benchmarks alone. */
const OWNERS = [
  ["dataSet", "mmeb"],
  ["imageToken", "mmeb"],
  ["texts", "triplets"],
  ["labelField", "folder"],
  ["where", "folder"],
] as const satisfies readonly (readonly [keyof ChooseBenchmarkOptions, BenchmarkName])[];

const readers: Readonly<
  Record<
    BenchmarkName,
    (options: ChooseBenchmarkOptions & { readonly split: string }) => Promise<Benchmark>
  >
> = {
  circo: ({ directory, split, variant, images }) =>
    readCirco({
      directory,
      imagesDirectory: images,
      split: oneOf(split, benchmarkSplits.circo),
      removesReference: variant === "reference-removed",
    }),
  cirr: ({ directory, split, variant }) =>
    readCirr({
      directory,
      split: oneOf(split, benchmarkSplits.cirr),
      targets: variant === "target-soft" ? "soft" : "hard",
    }),
  fashioniq: ({ directory, variant }) =>
    readFashioniq({ directory, gallery: variant === "val-gallery" ? "VAL" : "split" }),
  genecis: ({ directory }) => readGenecis({ directory }),
  mmeb: ({ directory, dataSet, imageToken }) =>
    readMmeb({ directory, dataSets: dataSet, imageToken }),
  triplets: ({ directory, texts }) => readTriplets({ file: directory, texts }),
  folder: ({ directory, labelField, where }) =>
    readLabelledFolder({ directory, labelField, where }),
};

/** Reads the benchmark that the flags name; `invalid-argument` if its split or variant is not one. */
export async function chooseBenchmark(options: ChooseBenchmarkOptions): Promise<Benchmark> {
  const { name, split = benchmarkSplits[name][0], variant } = options;
  if (variant !== undefined && VARIANT_OF[variant] !== name) {
    throw new MegaPairsError(
      "invalid-argument",
      `--variant ${variant} is of ${VARIANT_OF[variant]}; ${name} does not have it.`,
    );
  }
  oneOf(split, benchmarkSplits[name]);
  for (const [option, owner] of OWNERS) {
    if (owner === name || options[option] === undefined) continue;
    const flag = option.replaceAll(/[A-Z]/gu, (letter) => `-${letter.toLowerCase()}`);
    throw new MegaPairsError(
      "invalid-argument",
      `--${flag} is of ${owner}; ${name} does not have it.`,
    );
  }
  return await readers[name]({ ...options, split });
}

function oneOf<Split extends string>(split: string, splits: readonly Split[]): Split {
  const found = splits.find((one) => one === split);
  if (found !== undefined) return found;
  throw new MegaPairsError(
    "invalid-argument",
    `--split is ${split}; expected ${splits.join(" or ")}.`,
  );
}
