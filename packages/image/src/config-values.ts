import { z } from "zod";

/** A side of a model's input in pixels; no vision model reaches 16,384. */
export const side: z.ZodType<number> = z.int().min(1).max(16_384);

/** One value for each channel, or one for all. */
export const threeNumbers: z.ZodType<[number, number, number]> = forEachChannel(z.number());

/** As {@link threeNumbers}, for divisors. */
export const threePositiveNumbers: z.ZodType<[number, number, number]> = forEachChannel(
  z.number().positive(),
);

function forEachChannel(value: z.ZodNumber): z.ZodType<[number, number, number]> {
  return z.union(
    [
      value.transform((all): [number, number, number] => [all, all, all]),
      z.tuple([value, value, value]),
    ],
    { error: "expected one number or three, above 0 where they divide" },
  );
}
