import type { ConformanceSuite, ConformanceTest } from "../conformance-suite.ts";
import { engineFailureTests } from "./engine-failure-tests.ts";
import { engineTaskTests } from "./engine-task-tests.ts";
import type { EngineTest } from "./engine-task-tests.ts";
import type { EngineConformanceSubject } from "./engine-test-bed.ts";

const disposeTest: EngineTest = {
  name: "may be disposed twice",
  async run(engine) {
    await engine.dispose?.();
  },
};

/** Every test that an `EngineV1` must pass. */
export function engineConformanceSuite({ create }: EngineConformanceSubject): ConformanceSuite {
  const tests = [...engineTaskTests, ...engineFailureTests, disposeTest].map(
    ({ name, run }): ConformanceTest => ({
      name,
      async run() {
        const engine = await create();
        try {
          await run(engine, name);
        } finally {
          await engine.dispose?.();
        }
      },
    }),
  );
  return { tests, close: async () => {} };
}
