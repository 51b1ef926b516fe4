import { MegaPairsError } from "@megapairs/spec";
import type { JsonValue } from "@megapairs/spec";
import type { z } from "zod";

/** Reads a shard's input; throws `invalid-argument` when another corpus has made it. */
export function parseShardInput<Input>(
  schema: z.ZodType<Input>,
  input: JsonValue,
  corpus: string,
): Input {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new MegaPairsError(
    "invalid-argument",
    `not a shard input of ${corpus}: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`,
    { cause: parsed.error },
  );
}
