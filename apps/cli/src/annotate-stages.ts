import { withConcurrency, withLedger, withRetry } from "@megapairs/annotate";
import type { ResponseLedger } from "@megapairs/annotate";
import type { RunDatabase } from "@megapairs/dataset";
import type { Stage } from "@megapairs/run";
import type { VlmBackendV1 } from "@megapairs/spec";
import { chooseBackend } from "./choose/choose-backend.ts";
import type { RunConfig } from "./config/run-config.ts";
import { createDescribeStage } from "./stages/describe-stage.ts";
import { createInstructStage } from "./stages/instruct-stage.ts";

/** What {@link annotateStages} needs. */
export interface AnnotateStagesSettings {
  readonly config: RunConfig["annotate"];
  readonly database: RunDatabase;
  readonly ledger: ResponseLedger;
  readonly seed: number;
  /** Identity of the pairs stage. */
  readonly pairs: string;
}

/** The two stages of annotation with their backends. */
export interface AnnotateStages {
  readonly describe: Stage<string>;
  /** Takes the identity of the describe stage. */
  readonly instruct: (describe: string) => Stage<string>;
  readonly dispose: () => Promise<void>;
}

/** Both stages, each over its backend with retries, a limit, and the ledger of raw answers. */
export function annotateStages(settings: AnnotateStagesSettings): AnnotateStages {
  const { config, database, ledger, seed, pairs } = settings;
  const { concurrency, imagePixels } = config;
  const wrap = (backend: VlmBackendV1): VlmBackendV1 => {
    const limited = withConcurrency(backend, { limit: concurrency });
    return withLedger(withRetry(limited, { seed }), ledger);
  };
  const describer = wrap(chooseBackend(config.describe));
  const instructor = wrap(chooseBackend(config.instruct));
  const shared = { database, seed, concurrency };
  return {
    describe: createDescribeStage({
      ...shared,
      backend: describer,
      temperature: config.describeTemperature,
      imagePixels,
      pairs,
    }),
    instruct: (describe) =>
      createInstructStage({
        ...shared,
        backend: instructor,
        temperature: config.instructTemperature,
        describe,
      }),
    async dispose() {
      await Promise.all([describer.dispose?.(), instructor.dispose?.()]);
    },
  };
}
