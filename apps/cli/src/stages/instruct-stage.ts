import { annotatePromptVersion, createRejectionBreaker, instructPairs } from "@megapairs/annotate";
import type { RunDatabase } from "@megapairs/dataset";
import type { Stage } from "@megapairs/run";
import type { VlmBackendV1 } from "@megapairs/spec";
import { shardsOfStage } from "./shards-of-stage.ts";
import { toRows } from "./to-rows.ts";

/** What {@link createInstructStage} reads and how. */
export interface InstructStageSettings {
  readonly database: RunDatabase;
  readonly backend: VlmBackendV1;
  readonly seed: number;
  readonly temperature: number;
  readonly concurrency: number;
  /** Identity of the describe stage. */
  readonly describe: string;
}

/** `descriptions` → `instructions`: at least three retrieval instructions for each pair. */
export function createInstructStage(settings: InstructStageSettings): Stage<string> {
  const { database, backend, seed, temperature, concurrency, describe } = settings;
  const breaker = createRejectionBreaker();

  return {
    name: "instruct",
    version: 1,
    resource: "vlm",
    settings: {
      model: `${backend.provider}/${backend.modelId}`,
      prompt: annotatePromptVersion.instruct,
      seed,
      temperature,
    },
    inputs: [describe],
    tables: ["instructions"],

    plan: () => shardsOfStage(database, describe, "descriptions"),

    async execute({ input: shard, signal, report }) {
      const { instructions, rejects } = await instructPairs({
        descriptions: await Array.fromAsync(database.readDescriptions({ shard })),
        backend,
        seed,
        temperature,
        concurrency,
        breaker,
        signal,
        onProgress: ({ done }) => report(done),
      });
      return { tables: { instructions: toRows(instructions) }, rejects };
    },
  };
}
