import type { DemoPlan, TripletSubject } from "./demo-plan.ts";
import type { MinedDataset } from "./mine-triplets.ts";
import type { MinedTriplet } from "./mined-triplets.ts";
import { foundBy, selectTriplets } from "./select-triplets.ts";

/** A subject with one of its seeds and what it is trained on. */
export interface PlannedRun {
  readonly name: string;
  readonly seed: number;
  readonly triplets: readonly MinedTriplet[];
  readonly images: string;
}

/** Every run of a plan, in the order of its subjects; models as they are have one, of the first seed. */
export function planRuns(
  { subjects, seeds }: Pick<DemoPlan, "subjects" | "seeds">,
  mined: ReadonlyMap<string, MinedDataset>,
): readonly PlannedRun[] {
  const [first] = mined.values();
  const fewest = Math.min(
    ...Object.values(subjects).flatMap((subject) =>
      subject.kind === "triplets" && subject.pairs === "fewest" ? [found(subject).length] : [],
    ),
  );
  return Object.entries(subjects).flatMap(([name, subject]) => {
    if (subject.kind === "start") return [{ name, seed: seeds[0]!, triplets: [], images: "" }];
    const data = subject.kind === "triplets" ? mined.get(subject.mined) : first;
    return seeds.map((seed) => {
      return { name, seed, triplets: pick(subject, seed), images: data!.folder };
    });
  });

  function found({ mined: name, relations }: TripletSubject): readonly MinedTriplet[] {
    return foundBy(mined.get(name)!.triplets, relations);
  }

  function pick(
    subject: Exclude<DemoPlan["subjects"][string], { kind: "start" }>,
    seed: number,
  ): readonly MinedTriplet[] {
    if (subject.kind === "captions") return first!.triplets;
    const { pairs, instructions, relations } = subject;
    const count = pairs === "fewest" ? fewest : Math.round(pairs * found(subject).length);
    const all = mined.get(subject.mined)!.triplets;
    return selectTriplets(all, { relations, count, instructions, seed });
  }
}
