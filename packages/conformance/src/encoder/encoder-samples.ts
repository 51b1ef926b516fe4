import type { EncoderInput } from "@megapairs/spec";
import { testPicture } from "../pictures/test-picture.ts";

type Kind = EncoderInput["type"];

/** Three inputs of each kind that differ from one another, pictures as files. */
export function encoderSamples(kind: Kind): readonly [EncoderInput, EncoderInput, EncoderInput] {
  const sample = (variant: number, text: string): EncoderInput => {
    const image = testPicture({ variant }).bytes;
    if (kind === "text") return { type: kind, text };
    return kind === "image" ? { type: kind, image } : { type: kind, image, text };
  };
  return [
    sample(0, "a red disc on a blue ground"),
    sample(1, "two dogs asleep on a wooden bridge"),
    sample(2, "the same house, but in winter"),
  ];
}
