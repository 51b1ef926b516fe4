// oxlint-disable typescript/unbound-method -- the fakes use no `this`
import { createFakeEncoder, encoderConformanceSuite } from "@megapairs/conformance";
import type { ConformanceSuite } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { EncodeOptions, EncodeResult, EncoderInput, EncoderV1 } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import { describeMutants, failingTests } from "./mutants.ts";
import type { Mutants } from "./mutants.ts";

type DoEncode = (options: EncodeOptions) => Promise<EncodeResult>;
type Change = (encoder: EncoderV1) => Partial<EncoderV1>;

const DIMENSIONS = 8;
const supports = { inputs: ["text", "image", "composed"] as const, maxBatch: 16 };

function suite(change: Change = () => ({})): ConformanceSuite {
  return encoderConformanceSuite({
    supports,
    create() {
      const encoder = createFakeEncoder({ ...supports, dimensions: DIMENSIONS });
      return { ...encoder, ...change(encoder) };
    },
  });
}

const encoding =
  (
    wrap: (doEncode: DoEncode, options: EncodeOptions) => Promise<EncodeResult>,
  ): (() => ConformanceSuite) =>
  () =>
    suite(({ doEncode }) => ({ doEncode: (options) => wrap(doEncode, options) }));

/** A mutant that sees the inputs otherwise than they are. */
const seeing = (see: (input: EncoderInput) => EncoderInput): (() => ConformanceSuite) =>
  encoding((doEncode, options) => doEncode({ ...options, inputs: options.inputs.map(see) }));

/** A mutant that changes the rows of one kind of input. */
const scaling = (type: EncoderInput["type"]): (() => ConformanceSuite) =>
  encoding(async (doEncode, options) => {
    const { embeddings } = await doEncode(options);
    const kinds = options.inputs.map((input) => input.type);
    return {
      embeddings: embeddings.map((value, at) =>
        kinds[Math.floor(at / DIMENSIONS)] === type ? value * 1.01 : value,
      ),
    };
  });

const constantText = (input: EncoderInput): EncoderInput =>
  input.type === "text" ? { ...input, text: "x" } : input;

function sized(input: EncoderInput): readonly [number, number] {
  if (input.type === "text") return [32, 32];
  const { image } = input;
  if (image.type === "pixels") return [image.width, image.height];
  if (image.bytes.length < 24) return [0, 0];
  const view = new DataView(image.bytes.buffer, image.bytes.byteOffset);
  return [view.getUint32(16), view.getUint32(20)];
}

const refusingThin = (type: EncoderInput["type"]): (() => ConformanceSuite) =>
  encoding(async (doEncode, options) => {
    const thin = options.inputs.some((input) => {
      const [width, height] = sized(input);
      return input.type === type && Math.min(width, height) < 4;
    });
    if (thin) throw new MegaPairsError("corrupt-data", "too thin");
    return doEncode(options);
  });

const pixelsSeenOtherwise = (type: EncoderInput["type"]): (() => ConformanceSuite) =>
  seeing((input) => {
    if (input.type !== type || input.type === "text" || input.image.type !== "pixels") return input;
    const data = input.image.data.map((value) => 255 - value);
    return { ...input, image: { ...input.image, data } };
  });

const damagedCode = (type: EncoderInput["type"]): (() => ConformanceSuite) =>
  encoding((doEncode, options) =>
    doEncode(options).catch((error: unknown) => {
      const isOurs = options.inputs.some((input) => input.type === type);
      if (!isOurs || !MegaPairsError.isInstance(error) || error.code !== "corrupt-data")
        throw error;
      throw new MegaPairsError("unsupported", error.message);
    }),
  );

/** Drifts a little further off with every damaged picture of the kind. */
const driftingByDamage = (type: EncoderInput["type"]): (() => ConformanceSuite) => {
  return () =>
    suite(({ doEncode }) => {
      let damaged = 0;
      return {
        async doEncode(options) {
          try {
            const { embeddings } = await doEncode(options);
            return { embeddings: embeddings.map((value) => value + 1e-6 * damaged) };
          } catch (error) {
            if (options.inputs.some((input) => input.type === type)) damaged += 1;
            throw error;
          }
        },
      };
    });
};

const fail = (code: "rejected" | "unsupported"): never => {
  throw new MegaPairsError(code, "mutant");
};

const mutants: Mutants = {
  "states its identity and what it supports": () => suite(() => ({ fingerprint: "ABC" })),
  "encodes text as one row of L2 norm 1": scaling("text"),
  "encodes image as one row of L2 norm 1": scaling("image"),
  "encodes composed as one row of L2 norm 1": scaling("composed"),
  "tells different text inputs apart": seeing(constantText),
  "tells different image inputs apart": seeing((input) =>
    input.type === "image" && sized(input)[0] === 32
      ? { type: "text", text: "any picture" }
      : input,
  ),
  "encodes text of any length and script": encoding(async (doEncode, options) =>
    options.inputs.some((input) => input.type === "text" && input.text === "")
      ? { embeddings: new Float32Array(options.inputs.length * DIMENSIONS).fill(Number.NaN) }
      : doEncode(options),
  ),
  "lets the text of a composed input count": seeing((input) =>
    input.type === "composed" ? { ...input, text: "" } : input,
  ),
  "lets the image of a composed input count": seeing((input) =>
    input.type === "composed" && sized(input)[0] === 32
      ? { type: "text", text: input.text }
      : input,
  ),
  "gives image the same row from a file and from its pixels": pixelsSeenOtherwise("image"),
  "gives composed the same row from a file and from its pixels": pixelsSeenOtherwise("composed"),
  "encodes image of any shape": refusingThin("image"),
  "encodes composed of any shape": refusingThin("composed"),
  "refuses image of a damaged file as corrupt-data": damagedCode("image"),
  "refuses composed of a damaged file as corrupt-data": damagedCode("composed"),
  "still encodes after a damaged image": driftingByDamage("image"),
  "still encodes after a damaged composed": driftingByDamage("composed"),
  "refuses an empty batch as invalid-argument": encoding(async (doEncode, options) =>
    options.inputs.length === 0 ? { embeddings: new Float32Array(0) } : doEncode(options),
  ),
  "refuses more than maxBatch inputs as invalid-argument": () =>
    suite(() => {
      const { doEncode } = createFakeEncoder({ ...supports, maxBatch: 1000 });
      return { doEncode };
    }),
  "accepts maxBatch inputs": () =>
    suite(() => {
      const { doEncode } = createFakeEncoder({ ...supports, maxBatch: supports.maxBatch - 1 });
      return { doEncode };
    }),
  "gives every input the same row alone and in a mixed batch, in input order": encoding(
    (doEncode, options) =>
      doEncode({
        ...options,
        inputs: options.inputs.toSorted((a, b) => a.type.localeCompare(b.type)),
      }),
  ),
  "gives bit-identical rows when called again": () =>
    suite(({ doEncode }) => {
      let calls = 0;
      return {
        async doEncode(options) {
          const { embeddings } = await doEncode(options);
          if (options.inputs.length > 2) embeddings[0]! += 1e-6 * calls++;
          return { embeddings };
        },
      };
    }),
  "keeps calls made at once apart": () =>
    suite(({ doEncode }) => {
      let latest: readonly EncoderInput[] = [];
      return {
        async doEncode(options) {
          latest = options.inputs;
          await doEncode(options);
          return doEncode({ ...options, inputs: latest });
        },
      };
    }),
  "leaves an earlier result alone": () =>
    suite(({ doEncode }) => {
      let last: EncodeResult | undefined;
      return {
        async doEncode(options) {
          if (options.role === "candidate") last?.embeddings.fill(0);
          return (last = await doEncode(options));
        },
      };
    }),
  "leaves its inputs alone": encoding(async (doEncode, options) => {
    const result = await doEncode(options);
    for (const input of options.inputs) {
      if (input.type === "image" && input.image.type === "bytes") input.image.bytes.fill(0);
    }
    return result;
  }),
  "rejects with the signal's reason when it is aborted already": encoding((doEncode, options) =>
    options.signal?.aborted === true ? fail("rejected") : doEncode(options),
  ),
  "rejects with the signal's reason when aborted in flight, or is done": encoding(
    async (doEncode, options) => {
      options.signal?.throwIfAborted();
      await Promise.resolve();
      return options.signal?.aborted === true ? fail("rejected") : doEncode(options);
    },
  ),
  "may be disposed twice": () =>
    suite(() => {
      let disposed = false;
      return {
        async dispose() {
          if (disposed) fail("rejected");
          disposed = true;
        },
      };
    }),
};

describe("encoder kit", () => {
  describeMutants(suite, mutants);

  it("has a mutant for every test", () => {
    const refusals = new Set(
      ["text", "image", "composed"].map((kind) => `refuses ${kind} as unsupported`),
    );
    const names = suite().tests.map(({ name }) => name);
    const missing = names.filter((name) => !refusals.has(name) && !(name in mutants));
    expect(missing).toEqual([]);
  });

  it.each(["image", "composed", "text"] as const)(
    "catches an encoder that takes %s after all",
    async (kind) => {
      const inputs = supports.inputs.filter((input) => input !== kind);
      const name = `refuses ${kind} as unsupported`;
      const declared = { inputs, maxBatch: 4 };
      const taking = encoderConformanceSuite({
        supports: declared,
        create: () => ({ ...createFakeEncoder({ maxBatch: 4 }), supports: declared }),
      });
      expect(await failingTests(taking)).toEqual([name]);
    },
  );
});
