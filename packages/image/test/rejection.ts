import { MegaPairsError } from "@megapairs/spec";

/** `code: message` of the MegaPairsError that `work` rejects with; anything else fails the test. */
export async function rejection(work: Promise<unknown>): Promise<string> {
  const outcome = await work.then(
    () => "it resolved",
    (error: unknown) => error,
  );
  if (MegaPairsError.isInstance(outcome)) return `${outcome.code}: ${outcome.message}`;
  throw new Error(`expected a MegaPairsError, found ${String(outcome)}`);
}
