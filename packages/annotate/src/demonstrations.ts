import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import { deriveSeed } from "./derive-seed.ts";
import data from "./prompts/demonstrations.json" with { type: "json" };

/** A worked example of stage 2. */
export interface Demonstration {
  /** `Both images …. However, the Source Image …, whereas the Target Image ….` */
  readonly description: string;
  /** Three or four, in different styles: what is shared is pointed at, what is new is named. */
  readonly instructions: readonly string[];
}

/**
 * Our own pool of demonstrations, at least fifty as in the paper (§3.2, where two are public).
 * Imperatives, noun phrases and questions over animals, fashion, food, rooms, vehicles, landscapes,
 * people, sports, products, art, buildings, close-ups and signs.
 */
export const demonstrationPool: readonly Demonstration[] = data;

const POOL = z.array(
  z.strictObject({
    description: z.string().trim().min(1),
    instructions: z.array(z.string().trim().min(1)).min(3),
  }),
);

/**
 * Checks a pool of your own, as read from a JSON file. `corrupt-data` names the first fault and
 * where it is.
 */
export function parseDemonstrations(json: unknown): readonly Demonstration[] {
  const pool = POOL.safeParse(json);
  if (pool.success) return pool.data;
  const issue = pool.error.issues[0];
  const where = issue?.path.join(".") ?? "";
  throw new MegaPairsError(
    "corrupt-data",
    `demonstrations${where === "" ? "" : ` at ${where}`}: ${issue?.message ?? "not a pool"}`,
    { cause: pool.error },
  );
}

/** Options of {@link drawDemonstrations}. */
export interface DrawDemonstrationsOptions {
  readonly pool: readonly Demonstration[];
  /** How many, without repetition; the whole pool, shuffled, where it holds no more. */
  readonly count: number;
  readonly seed: number;
  readonly pairId: string;
}

/** The demonstrations of one call, in the order to show them: from the seed and the pair's id alone. */
export function drawDemonstrations(options: DrawDemonstrationsOptions): readonly Demonstration[] {
  const generator = xoroshiro128plus(deriveSeed(options.seed, "demonstrations", options.pairId));
  const rest = [...options.pool];
  const drawn: Demonstration[] = [];
  while (drawn.length < options.count && rest.length > 0) {
    drawn.push(...rest.splice(uniformInt(generator, 0, rest.length - 1), 1));
  }
  return drawn;
}
