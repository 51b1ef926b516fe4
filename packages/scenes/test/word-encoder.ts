import { encodeImage } from "@megapairs/image";
import { COLOURS, OBJECT_BACKGROUNDS, SHAPES } from "@megapairs/scenes";
import type { Combination } from "@megapairs/scenes";
import type { EncoderInput, EncoderV1, ImageBytes } from "@megapairs/spec";

const ALIASES = { disc: "circle", rhombus: "diamond", "plus sign": "cross" };
const WORDS: readonly string[] = [...SHAPES, ...COLOURS, ...OBJECT_BACKGROUNDS];

/** A tiny picture that {@link createWordEncoder} sees a combination in. */
export function codedPicture({ shape, colour, background }: Combination): Promise<ImageBytes> {
  const [first, second, third] = [
    SHAPES.indexOf(shape),
    COLOURS.indexOf(colour),
    OBJECT_BACKGROUNDS.findIndex((name) => name === background),
  ];
  const data = Uint8Array.from([first, second, third]);
  return encodeImage({ type: "pixels", data, width: 1, height: 1 }, { mediaType: "image/png" });
}

/** A perfect CLIP of the objects world: axes are words, and pictures say theirs in their first pixel. */
export function createWordEncoder(supports: Partial<EncoderV1["supports"]> = {}): EncoderV1 {
  return {
    specificationVersion: "encoder-v1",
    modelId: "test/words",
    fingerprint: "0".repeat(64),
    dimensions: WORDS.length,
    supports: { inputs: ["image", "text"], maxBatch: 10, ...supports },
    doEncode: ({ inputs }) => {
      const rows = inputs.flatMap((input) => {
        const said = wordsOf(input);
        const row = WORDS.map((word) => Number(said.includes(word)));
        const length = Math.max(1, Math.hypot(...row));
        return row.map((value) => value / length);
      });
      return Promise.resolve({ embeddings: Float32Array.from(rows) });
    },
  };
}

function wordsOf(input: EncoderInput): readonly string[] {
  if (input.type === "text") {
    const aliases = Object.entries(ALIASES);
    const text = aliases.reduce(
      (said, [alias, word]) => said.replaceAll(alias, word),
      input.text.toLowerCase(),
    );
    return text.split(/[^a-z]+/u);
  }
  const { image } = input;
  if (image.type !== "pixels") return [];
  const [shape = 0, colour = 0, background = 0] = image.data;
  return [SHAPES[shape] ?? "", COLOURS[colour] ?? "", OBJECT_BACKGROUNDS[background] ?? ""];
}
