import assert from "node:assert/strict";
import type { EncoderInput, ImageSource } from "@megapairs/spec";
import { assertEqualData } from "../assert-equal-data.ts";
import { assertRejectsWith } from "../assert-rejects-with.ts";
import type { ConformanceTest } from "../conformance-suite.ts";
import { testPicture } from "../pictures/test-picture.ts";
import { assertSameRow } from "./encoder-test-bed.ts";
import type { EncoderTestBed } from "./encoder-test-bed.ts";

type PictureKind = Exclude<EncoderInput["type"], "text">;

const SHAPES: readonly (readonly [number, number])[] = [
  [1, 1],
  [200, 3],
  [3, 200],
  [65, 64],
];

function pictureInput(type: PictureKind, image: ImageSource): EncoderInput {
  return type === "image" ? { type, image } : { type, image, text: "the same, at night" };
}

function cutOff({ bytes }: { readonly bytes: ImageSource }): ImageSource {
  assert.ok(bytes.type === "bytes");
  return { ...bytes, bytes: bytes.bytes.slice(0, bytes.bytes.length >> 1) };
}

function testsOf(bed: EncoderTestBed, kind: PictureKind): ConformanceTest[] {
  const picture = testPicture({ variant: 3, width: 48, height: 32 });
  return [
    {
      name: `gives ${kind} the same row from a file and from its pixels`,
      async run() {
        const [file] = await bed.rows(pictureInput(kind, picture.bytes));
        const [pixels] = await bed.rows(pictureInput(kind, picture.pixels));
        assertSameRow(pixels, file, kind);
      },
    },
    {
      name: `encodes ${kind} of any shape`,
      async run() {
        for (const [width, height] of SHAPES) {
          const shaped = testPicture({ width, height });
          for (const image of [shaped.bytes, shaped.pixels]) {
            const [row] = await bed.rows(pictureInput(kind, image));
            assert.ok(row?.every(Number.isFinite), `not finite for ${width} × ${height}`);
          }
        }
      },
    },
    {
      name: `refuses ${kind} of a damaged file as corrupt-data`,
      async run() {
        const noise = Uint8Array.from({ length: 500 }, (_, index) => (index * 151 + 7) & 255);
        const damaged: ImageSource[] = [
          cutOff(picture),
          { type: "bytes", bytes: noise, mediaType: "image/png" },
          { type: "bytes", bytes: new Uint8Array(0), mediaType: "image/jpeg" },
        ];
        for (const image of damaged) {
          await assertRejectsWith(bed.rows(pictureInput(kind, image)), "corrupt-data");
        }
      },
    },
    {
      name: `still encodes after a damaged ${kind}`,
      async run() {
        const whole = pictureInput(kind, picture.bytes);
        const [before] = await bed.rows(whole);
        await bed.rows(pictureInput(kind, cutOff(picture))).catch(() => undefined);
        const [after] = await bed.rows(whole);
        assertEqualData(after, before, "the row is another after a damaged file");
      },
    },
  ];
}

/** The tests of the encoder kit about pictures, files as well as pixels. */
export function encoderPictureTests(bed: EncoderTestBed): ConformanceTest[] {
  const kinds: readonly PictureKind[] = ["image", "composed"];
  return kinds
    .filter((kind) => bed.supports.inputs.includes(kind))
    .flatMap((kind) => testsOf(bed, kind));
}
