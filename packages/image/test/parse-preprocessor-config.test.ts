import { parsePreprocessorConfig } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import { anything, assert, property } from "fast-check";
import { describe, expect, test } from "vitest";

const clip = { image_processor_type: "CLIPImageProcessor" };

function failure(json: unknown): string {
  try {
    return `it returned ${JSON.stringify(parsePreprocessorConfig(json))}`;
  } catch (error) {
    return MegaPairsError.isInstance(error) ? `${error.code}: ${error.message}` : String(error);
  }
}

describe("Hugging Face's preprocessor_config.json", () => {
  test("of DINOv2, as published", () => {
    expect(
      parsePreprocessorConfig({
        crop_size: { height: 224, width: 224 },
        do_center_crop: true,
        do_convert_rgb: true,
        do_normalize: true,
        do_rescale: true,
        do_resize: true,
        image_mean: [0.485, 0.456, 0.406],
        image_processor_type: "BitImageProcessor",
        image_std: [0.229, 0.224, 0.225],
        resample: 3,
        rescale_factor: 0.00392156862745098,
        size: { shortest_edge: 256 },
      }),
    ).toEqual({
      width: 224,
      height: 224,
      resize: { type: "shortest-edge", edge: 256 },
      interpolation: "bicubic",
      isCropped: true,
      scale: 0.00392156862745098,
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
      channelOrder: "RGB",
    });
  });

  test("with steps switched off, and keys without a say in the pixels", () => {
    const config = {
      image_processor_type: "SiglipImageProcessorFast",
      processor_class: "SiglipProcessor",
      do_pad: false,
      do_normalize: false,
      do_rescale: false,
      resample: 2,
      size: { height: 3, width: 2 },
      data_format: "channels_first",
    };
    expect(parsePreprocessorConfig(config)).toEqual({
      width: 2,
      height: 3,
      resize: { type: "exact", width: 2, height: 3 },
      interpolation: "bilinear",
      isCropped: false,
      scale: 1,
      mean: [0, 0, 0],
      std: [1, 1, 1],
      channelOrder: "RGB",
    });
  });

  test.for([
    [{}, "unsupported: found image_processor_type missing, expected one of CLIPImageProcessor,"],
    [{ image_processor_type: "Siglip2ImageProcessor" }, "found image_processor_type Siglip2Image"],
    [{ ...clip, do_pad: true }, "unsupported: found do_pad true, expected resize, centre crop"],
    [{ ...clip, do_flip_channel_order: true }, "unsupported: found do_flip_channel_order true"],
    [{ ...clip, crop_pct: 0.9 }, "unsupported: found crop_pct 0.9"],
    [{ ...clip, data_format: "channels_last" }, 'unsupported: found data_format "channels_last"'],
    [{ ...clip, resample: 0 }, "unsupported: found resample 0, expected 1 (lanczos), 2 (bilinear)"],
    [{ ...clip, do_center_crop: false }, "unsupported: found no crop and no fixed size"],
    [
      { ...clip, size: { shortest_edge: 9, longest_edge: 10 } },
      'corrupt-data: found a preprocessor config that does not hold: size: Unrecognized key: "longest_edge"',
    ],
    [{ ...clip, size: 0 }, "size: Too small: expected number to be >=1"],
    [{ ...clip, size: "224" }, "size: expected a number, {height, width} or {shortest_edge}"],
    [{ ...clip, image_mean: [1, 2] }, "image_mean: expected one number or three"],
    [{ ...clip, image_std: 0 }, "image_std: expected one number or three, above 0"],
    [{ ...clip, do_resize: 1 }, "do_resize: Invalid input: expected boolean"],
    [null, "corrupt-data"],
  ] as const)("%j is refused", ([json, message]) => {
    expect(failure(json)).toContain(message);
  });
});

describe("a plain description", () => {
  test("of a square, with the defaults", () => {
    expect(parsePreprocessorConfig({ size: 224, mean: 0.5, std: [0.1, 0.2, 0.3] })).toEqual({
      width: 224,
      height: 224,
      resize: { type: "exact", width: 224, height: 224 },
      interpolation: "bicubic",
      isCropped: false,
      scale: 1 / 255,
      mean: [0.5, 0.5, 0.5],
      std: [0.1, 0.2, 0.3],
      channelOrder: "RGB",
    });
  });

  test("of a Caffe model", () => {
    const values = {
      mean: [104, 117, 123],
      std: [1, 1, 1],
      scale: 1,
      channelOrder: "BGR",
    } as const;
    const config = { size: { shortestEdge: 256 }, crop: 227, interpolation: "bilinear", ...values };
    expect(parsePreprocessorConfig(config)).toEqual({
      width: 227,
      height: 227,
      resize: { type: "shortest-edge", edge: 256 },
      interpolation: "bilinear",
      isCropped: true,
      ...values,
    });
  });

  test.for([
    [{ size: 9 }, "mean: expected one number or three"],
    [{ size: 9, mean: 0, std: 1, layout: "NHWC" }, 'Unrecognized key: "layout"'],
    [
      { size: { shortestEdge: 9 }, mean: 0, std: 1 },
      "unsupported: found no crop and no fixed size",
    ],
    [{ size: 9, mean: 0, std: 1, interpolation: "nearest" }, "interpolation"],
  ] as const)("%j is refused", ([json, message]) => {
    expect(failure(json)).toContain(message);
  });
});

test("anything else is refused with a MegaPairsError", () => {
  assert(property(anything(), (json) => /^(?:corrupt|unsupp)/u.test(failure(json))));
});
