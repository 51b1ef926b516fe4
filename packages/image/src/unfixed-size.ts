import { MegaPairsError } from "@megapairs/spec";

/** For a description under which every picture would become a tensor of its own size. */
export function unfixedSize(): MegaPairsError {
  return new MegaPairsError(
    "unsupported",
    "found no crop and no fixed size, expected one of them: a batch needs one size",
  );
}
