import { readCirco, readCirr, readFashioniq, readGenecis } from "@megapairs/eval";
import type { Benchmark, BenchmarkName } from "@megapairs/eval";
import { MegaPairsError } from "@megapairs/spec";

/** Splits by benchmark; those that papers score come first. */
export const benchmarkSplits = {
  circo: ["val", "test"],
  cirr: ["val", "test1"],
  fashioniq: ["val"],
  genecis: ["val"],
} as const satisfies Record<BenchmarkName, readonly string[]>;

/** Protocols of other papers, each of one benchmark. */
export const benchmarkVariants = ["reference-removed", "target-soft", "val-gallery"] as const;

/** What the flags of `megapairs eval` say. */
export interface ChooseBenchmarkOptions {
  readonly name: BenchmarkName;
  readonly directory: string;
  readonly split: string;
  readonly variant?: (typeof benchmarkVariants)[number] | undefined;
}

const VARIANT_OF: Readonly<Record<(typeof benchmarkVariants)[number], BenchmarkName>> = {
  "reference-removed": "circo",
  "target-soft": "cirr",
  "val-gallery": "fashioniq",
};

const readers: Readonly<
  Record<BenchmarkName, (options: ChooseBenchmarkOptions) => Promise<Benchmark>>
> = {
  circo: ({ directory, split, variant }) =>
    readCirco({
      directory,
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
};

/** Reads the benchmark that the flags name; `invalid-argument` if its split or variant is not one. */
export async function chooseBenchmark(options: ChooseBenchmarkOptions): Promise<Benchmark> {
  const { name, split, variant } = options;
  if (variant !== undefined && VARIANT_OF[variant] !== name) {
    throw new MegaPairsError(
      "invalid-argument",
      `--variant ${variant} is of ${VARIANT_OF[variant]}; ${name} does not have it.`,
    );
  }
  oneOf(split, benchmarkSplits[name]);
  return await readers[name](options);
}

function oneOf<Split extends string>(split: string, splits: readonly Split[]): Split {
  const found = splits.find((one) => one === split);
  if (found !== undefined) return found;
  throw new MegaPairsError(
    "invalid-argument",
    `--split is ${split}; expected ${splits.join(" or ")}.`,
  );
}
