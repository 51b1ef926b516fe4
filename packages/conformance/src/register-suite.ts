// oxlint-disable vitest/valid-title vitest/expect-expect -- titles and assertions are the suite's
import { afterAll, describe, it } from "vitest";
import type { ConformanceSuite } from "./conformance-suite.ts";

/** Registers a suite in vitest, under one `describe`. */
export function registerSuite(title: string, suite: ConformanceSuite): void {
  describe(title, () => {
    afterAll(() => suite.close());
    for (const test of suite.tests) it(test.name, () => test.run());
  });
}
