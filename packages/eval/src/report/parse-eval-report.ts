import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import type { ScoreResult } from "../predictions/score-predictions.ts";

const scores = z.record(z.string(), z.number());
const schema = z.object({
  format: z.literal("megapairs-eval-v1"),
  title: z.string(),
  protocol: z.string(),
  isComplete: z.boolean(),
  notes: z.array(z.string()),
  headline: z.string(),
  mean: z.enum(["queries", "groups"]),
  scores: z.record(z.string(), z.object({ mean: z.number() })),
  groups: z.record(z.string(), scores),
  missingQueries: z.array(z.string()),
  queries: z.array(z.object({ id: z.string(), groups: z.array(z.string()), scores })).min(1),
});

/**
 * The scores of a run out of the text of its `results.json`, query by query, for `compareScores`. Title and
 * rule are those of the benchmark, however the model was asked.
 *
 * @throws `corrupt-data` if the text is cut short or of another form, with `name` in the message.
 */
export function parseEvalReport(text: string, name: string): ScoreResult {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new MegaPairsError("corrupt-data", `${name} is no whole JSON.`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0]!;
    throw new MegaPairsError(
      "corrupt-data",
      `${name} is no result of a run: ${path.join(".") || "all"}: ${message}; expected the results.json of megapairs eval run.`,
    );
  }
  const { format: _, scores: intervals, protocol, ...rest } = parsed.data;
  return {
    ...rest,
    title: protocol,
    rule: protocol,
    scores: Object.fromEntries(
      Object.entries(intervals).map(([metric, { mean }]) => [metric, mean]),
    ),
  };
}
