import type { ConformanceSuite } from "@megapairs/conformance";
import { expect, it } from "vitest";

/** Names of the tests that fail, in order. A test still running after 2 s counts as failed. */
export async function failingTests(suite: ConformanceSuite): Promise<string[]> {
  const failing: string[] = [];
  for (const { name, run } of suite.tests) {
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error("stuck")), 2000);
    });
    await Promise.race([run(), stuck]).catch(() => failing.push(name));
    clearTimeout(timer);
  }
  await suite.close();
  return failing;
}

/** A suite over a broken implementation, by the name of the one test that must catch it. */
export type Mutants = Readonly<Record<string, () => ConformanceSuite>>;

/** Registers: the sound suite passes; each mutant fails its test and no other; no test is without one. */
export function describeMutants(sound: () => ConformanceSuite, mutants: Mutants): void {
  it("passes a sound implementation", async () => {
    expect(await failingTests(sound())).toEqual([]);
  });

  it.each(Object.entries(mutants))("only '%s' catches its mutant", async (name, suite) => {
    expect(await failingTests(suite())).toEqual([name]);
  });
}
