import { withConcurrency, withLedger, withRetry } from "@megapairs/annotate";
import { createFileLedger } from "@megapairs/dataset";
import type { RunDatabase } from "@megapairs/dataset";
import type { Stage } from "@megapairs/run";
import type { VlmBackendV1 } from "@megapairs/spec";
import { chooseBackend } from "./choose/choose-backend.ts";
import type { RunConfig } from "./config/run-config.ts";
import { createDescribeStage } from "./stages/describe-stage.ts";
import { createInstructStage } from "./stages/instruct-stage.ts";

/** What {@link openAnnotate} needs. */
export interface OpenAnnotateSettings {
  readonly config: RunConfig["annotate"];
  readonly database: RunDatabase;
  readonly seed: number;
  /** Of the ledger. */
  readonly directory: string;
}

/** The two stages of annotation with their backends and the ledger of raw answers. */
export interface AnnotateStages {
  /** Takes the identity of the pairs stage. */
  readonly describe: (pairs: string) => Stage<string>;
  /** Takes the identity of the describe stage. */
  readonly instruct: (describe: string) => Stage<string>;
  readonly dispose: () => Promise<void>;
}

/** Both stages, each over its backend with retries, a limit, and the ledger. */
export async function openAnnotate(settings: OpenAnnotateSettings): Promise<AnnotateStages> {
  const { config, database, seed, directory } = settings;
  const { concurrency, imagePixels } = config;
  const backends = [
    await chooseBackend(config.describe),
    await chooseBackend(config.instruct),
  ] as const;
  const ledger = await createFileLedger({ directory });
  const wrap = (backend: VlmBackendV1): VlmBackendV1 => {
    const limited = withConcurrency(backend, { limit: concurrency });
    return withLedger(withRetry(limited, { seed }), ledger);
  };
  const [describer, instructor] = [wrap(backends[0]), wrap(backends[1])];
  const shared = { database, seed, concurrency };
  return {
    describe: (pairs) =>
      createDescribeStage({
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
      await ledger.close();
    },
  };
}
