import { MegaPairsError } from "@megapairs/spec";
import type { z } from "zod";

/** The value where it fits the schema; throws `corrupt-data` saying what does not, and where. */
export function validateJson<T extends z.ZodType>(
  schema: T,
  value: unknown,
  subject: string,
): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.path.join(".") ?? "";
  throw new MegaPairsError(
    "corrupt-data",
    `${subject} does not fit${place === "" ? "" : ` at "${place}"`}: ${issue?.message}`,
    { cause: result.error },
  );
}
