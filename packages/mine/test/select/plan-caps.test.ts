import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planCaps, selectPairs } from "@megapairs/mine";
import type { PlanCapsOptions, RetrievedSet } from "@megapairs/mine";
import type { PairRecord } from "@megapairs/spec";
import { crowdedSets, setOf } from "./retrieved-sets.ts";

type Caps = Omit<PlanCapsOptions, "retrievedSets">;

const groupOf = (id: string): string | undefined => {
  const group = Number(id.slice(1)) % 4;
  return group === 3 ? undefined : String(group);
};
const selections: fc.Arbitrary<Caps> = fc.record({
  seed: fc.integer(),
  targetsPerQuery: fc.integer({ min: 1, max: 5 }),
  targetStrategy: fc.constantFrom("random" as const, "nearest" as const),
  hardNegatives: fc.constant(2),
  minimumHardNegatives: fc.nat(2),
  queriesPerTarget: fc.integer({ min: 1, max: 4 }),
  rounds: fc.integer({ min: 1, max: 9 }),
});

async function pairsOf(
  retrievedSets: readonly RetrievedSet[],
  options: Caps,
): Promise<readonly PairRecord[]> {
  const caps = await planCaps({ ...options, retrievedSets: () => retrievedSets });
  return selectPairs({ ...options, retrievedSets, caps }).pairs;
}

function most(keys: readonly (string | undefined)[]): number {
  const counts = new Map<string, number>();
  for (const key of keys) if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

describe("planCaps", () => {
  it("lets no target have more queries and no group more pairs than its cap", async () => {
    await fc.assert(
      fc.asyncProperty(
        crowdedSets,
        selections,
        fc.integer({ min: 1, max: 6 }),
        async (sets, selection, pairsPerGroup) => {
          const pairs = await pairsOf(sets, { ...selection, pairsPerGroup, groupOf });
          expect(most(pairs.map(({ targetId }) => targetId))).toBeLessThanOrEqual(
            selection.queriesPerTarget!,
          );
          expect(most(pairs.map(({ queryId }) => groupOf(queryId)))).toBeLessThanOrEqual(
            pairsPerGroup,
          );
          expect(most(pairs.map(({ queryId }) => queryId))).toBeLessThanOrEqual(
            selection.targetsPerQuery!,
          );
        },
      ),
    );
  });

  it("does not depend on the order of the sets, nor on how they are cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        crowdedSets,
        selections,
        fc.integer({ min: 1, max: 5 }),
        async (sets, selection, size) => {
          const options = { ...selection, pairsPerGroup: 3, groupOf };
          const whole = await pairsOf(sets, options);
          const caps = await planCaps({
            ...options,
            async *retrievedSets() {
              yield* sets.toReversed();
            },
          });
          const parts: PairRecord[] = [];
          for (let start = 0; start < sets.length; start += size) {
            const shard = sets.slice(start, start + size);
            parts.push(...selectPairs({ ...options, retrievedSets: shard, caps }).pairs);
          }
          expect(parts).toEqual(whole);
        },
      ),
    );
  });

  it("is, once settled, a stable matching: nobody was refused while there was room", async () => {
    await fc.assert(
      fc.asyncProperty(crowdedSets, selections, async (sets, selection) => {
        const options = { ...selection, minimumHardNegatives: 0, rounds: 200 };
        const caps = await planCaps({ ...options, retrievedSets: () => sets });
        expect(caps.isSettled).toBe(true);
        const { pairs } = selectPairs({ ...options, retrievedSets: sets, caps });
        for (const { queryId, members } of sets) {
          const own = pairs.filter((pair) => pair.queryId === queryId);
          if (own.length === options.targetsPerQuery) continue;
          for (const { id } of members) {
            if (own.some(({ targetId }) => targetId === id)) continue;
            const rivals = pairs.filter(({ targetId }) => targetId === id);
            expect(rivals).toHaveLength(options.queriesPerTarget!);
          }
        }
      }),
    );
  });

  it("gives a refused query another target, and draws who is refused with the seed", async () => {
    const sets = Array.from({ length: 6 }, (_, query) => setOf(`q${query}`, "hub", `own${query}`));
    const options = { targetsPerQuery: 1, targetStrategy: "nearest" as const, queriesPerTarget: 2 };
    const winners = new Set<string>();
    for (const seed of [1, 2, 3, 4, 5]) {
      const pairs = await pairsOf(sets, { ...options, seed });
      expect(pairs).toHaveLength(6);
      const hub = pairs.filter(({ targetId }) => targetId === "hub");
      expect(hub).toHaveLength(2);
      winners.add(hub.map(({ queryId }) => queryId).join());
    }
    expect(winners.size).toBeGreaterThan(1);
  });

  it("cuts what is left over after the last round", async () => {
    const sets = Array.from({ length: 6 }, (_, query) => setOf(`q${query}`, "hub", `own${query}`));
    const options = {
      seed: 1,
      targetsPerQuery: 1,
      targetStrategy: "nearest" as const,
      queriesPerTarget: 2,
      rounds: 1,
    };
    const caps = await planCaps({ ...options, retrievedSets: () => sets });
    expect(caps).toMatchObject({ rounds: 1, isSettled: false });
    const { pairs, counts } = selectPairs({ ...options, retrievedSets: sets, caps });
    expect(pairs.map(({ targetId }) => targetId)).toEqual(["hub", "hub"]);
    expect(counts).toMatchObject({ cappedTargets: 4, emptyQueries: 4 });
  });

  it("reads no sets where nothing is capped, and stops when told", async () => {
    const unread = (): never => {
      throw new Error("read");
    };
    expect(await planCaps({ seed: 1, retrievedSets: unread })).toMatchObject({ rounds: 0 });
    const signal = AbortSignal.abort(new Error("enough"));
    const capped = { seed: 1, queriesPerTarget: 1, retrievedSets: () => [setOf("q", "a")], signal };
    await expect(planCaps(capped)).rejects.toThrow("enough");
  });

  it.each([
    [{ queriesPerTarget: 0 }, "queriesPerTarget is 0; expected a whole number from 1."],
    [{ pairsPerGroup: 3 }, "pairsPerGroup is 3 and groupOf is undefined; expected both or none."],
    [{ groupOf }, "pairsPerGroup is undefined and groupOf is given; expected both or none."],
    [{ rounds: 0 }, "rounds is 0; expected a whole number from 1."],
  ])("refuses %o", async (wrong, message) => {
    await expect(planCaps({ seed: 1, retrievedSets: () => [], ...wrong })).rejects.toMatchObject({
      code: "invalid-argument",
      message,
    });
  });
});
