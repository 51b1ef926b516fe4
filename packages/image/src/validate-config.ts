import { MegaPairsError } from "@megapairs/spec";
import type { z } from "zod";

/** What the schema makes of `json`; throws `corrupt-data` with every problem on one line. */
export function validateConfig<T>(schema: z.ZodType<T>, json: unknown): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join(".") || "the whole"}: ${message}`,
  );
  throw new MegaPairsError(
    "corrupt-data",
    `found a preprocessor config that does not hold: ${problems.join("; ")}`,
    { cause: parsed.error },
  );
}
