import type { TripletRecord } from "@megapairs/spec";

/** A triplet whose hard negatives answer none of its instructions, as far as the dataset knows. */
export interface CheckedTriplet {
  readonly triplet: TripletRecord;
  /** Hard negatives left out: targets of the same query and the same instruction. */
  readonly removed: number;
}

/**
 * Leaves hard negatives out that another triplet of the same query names as the target of the same
 * instruction: a right answer must not be trained on as a wrong one. Mining cannot know, since
 * instructions come later. Instructions are the same when they differ in case and white space alone.
 *
 * Takes triplets in the order of their queries and gives them in the order they came; holds those of
 * one query.
 */
export async function* withoutAnswers(
  triplets: AsyncIterable<TripletRecord>,
): AsyncGenerator<CheckedTriplet> {
  let siblings: TripletRecord[] = [];
  for await (const triplet of triplets) {
    if (triplet.queryId !== siblings[0]?.queryId) {
      yield* check(siblings);
      siblings = [];
    }
    siblings.push(triplet);
  }
  yield* check(siblings);
}

function* check(siblings: readonly TripletRecord[]): Generator<CheckedTriplet> {
  const answers = new Map<string, Set<string>>();
  for (const { targetId, instructions } of siblings) {
    for (const text of instructions) {
      const key = normalise(text);
      answers.set(key, (answers.get(key) ?? new Set()).add(targetId));
    }
  }
  for (const triplet of siblings) {
    const right = triplet.instructions.map((text) => answers.get(normalise(text)));
    const hardNegativeIds = triplet.hardNegativeIds.filter(
      (id) => !right.some((targets) => targets?.has(id)),
    );
    const removed = triplet.hardNegativeIds.length - hardNegativeIds.length;
    yield { triplet: removed === 0 ? triplet : { ...triplet, hardNegativeIds }, removed };
  }
}

function normalise(instruction: string): string {
  return instruction.normalize("NFC").trim().replaceAll(/\s+/gu, " ").toLowerCase();
}
