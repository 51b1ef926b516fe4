import { readFile } from "node:fs/promises";
import { z } from "zod";

const interval = z.object({ mean: z.number(), lower: z.number(), upper: z.number() });

const schema = z.object({
  /** Pairs or captioned pictures trained on; 0 of a model as it is. */
  examples: z.int(),
  steps: z.int(),
  /** Wall time. */
  seconds: z.object({ train: z.number(), evaluate: z.number() }),
  curve: z.array(z.object({ step: z.int(), loss: z.number(), accuracy: z.number() })),
  /** In the order of the benchmark. */
  queries: z.array(
    z.object({
      id: z.string(),
      groups: z.array(z.string()),
      scores: z.record(z.string(), z.number()),
    }),
  ),
  /** How much of the headline score needs both picture and text, where that was asked. */
  shortcuts: z
    .object({
      metric: z.string(),
      scores: z.record(z.string(), interval),
      needsBoth: interval,
      shareThatNeedsBoth: z.number().optional(),
    })
    .optional(),
});

/** What training and asking one subject with one seed gave. Shares of 1, seconds. */
export type Outcome = z.output<typeof schema>;

/** The outcome in a file; undefined where there is none, or half of one. */
export async function readOutcome(file: string): Promise<Outcome | undefined> {
  const text = await readFile(file, "utf8").catch(() => "");
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
