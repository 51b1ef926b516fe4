import type { JoinMethod } from "@megapairs/mine";
import { z } from "zod";

const measured = z.object({
  target: z.number(),
  recall: z.number(),
  low: z.number(),
  high: z.number(),
  queries: z.number(),
  neighbours: z.number(),
});

/** How a join was made, as files keep it. */
export const joinMethodSchema: z.ZodType<JoinMethod> = z.discriminatedUnion("name", [
  z.object({ name: z.literal("exact"), reason: z.string().optional() }),
  z.object({
    name: z.literal("clustered"),
    recall: measured,
    lists: z.number(),
    listsPerQuery: z.number(),
    shareOfPairs: z.number(),
  }),
]);
