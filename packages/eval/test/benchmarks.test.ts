import { join } from "node:path";
import { readCirco, readCirr, readFashioniq, readGenecis } from "@megapairs/eval";
import { MegaPairsError } from "@megapairs/spec";
import { describe, expect, it } from "vitest";
import { annotations, circoRows, cirrFiles } from "./annotations.ts";

const VAL = "annotations/val.json";

async function failure(action: Promise<unknown>): Promise<MegaPairsError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (MegaPairsError.isInstance(error)) return error;
  throw new Error(`not refused on purpose: ${String(error)}`);
}

describe("readCirco", () => {
  it("builds texts with the shared concept, and keeps the target first", async () => {
    const directory = await annotations({ [VAL]: circoRows() });
    const { queries, title, hasTargets } = await readCirco({ directory, split: "val" });
    expect(title).toBe("CIRCO val");
    expect(hasTargets).toBe(true);
    expect(queries[3]).toEqual({
      id: "3",
      referenceId: "39",
      picture: {
        paths: [
          "COCO2017_unlabeled/unlabeled2017/000000000039.jpg",
          "unlabeled2017/000000000039.jpg",
          "000000000039.jpg",
        ],
      },
      text: "Find a picture that also a number, but is number 3.",
      targets: new Map([
        ["31", 1],
        ["32", 1],
      ]),
      subsetIds: [],
      gallery: "unlabeled2017",
      groups: ["addition", "negation"],
    });
  });

  const damaged: [string, (rows: Record<string, unknown>[]) => unknown, string][] = [
    ["cut short", (rows) => JSON.stringify(rows).slice(0, -20), "no whole JSON"],
    ["short by a query", (rows) => rows.slice(1), "219 queries"],
    ["no list", () => ({}), "expected array"],
    [
      "of another type",
      (rows) => rows.with(4, { ...rows[4], gt_img_ids: ["41"] }),
      "[4].gt_img_ids[0]",
    ],
    [
      "without a text",
      (rows) => rows.with(4, { ...rows[4], relative_caption: "" }),
      "[4].relative_caption",
    ],
    ["out of order", (rows) => rows.with(4, rows[5]!), "[4].id has 5"],
    [
      "with another target first",
      (rows) => rows.with(4, { ...rows[4], target_img_id: 42 }),
      "[4].gt_img_ids",
    ],
    [
      "with a repeated truth",
      (rows) => rows.with(4, { ...rows[4], gt_img_ids: [41, 41] }),
      "41 twice",
    ],
  ];
  it.each(damaged)("refuses a file that is %s, and says where", async (_, damage, message) => {
    const directory = await annotations({ [VAL]: damage(circoRows()) });
    const error = await failure(readCirco({ directory, split: "val" }));
    expect(error.code).toBe("corrupt-data");
    expect(error.message).toContain(join(directory, VAL));
    expect(error.message).toContain(message);
  });

  it("says where to get a file that is not there", async () => {
    const error = await failure(readCirco({ directory: await annotations({}), split: "test" }));
    expect(error.code).toBe("invalid-argument");
    expect(error.message).toContain("github.com/miccunifi/CIRCO");
  });

  it("checks the size of COCO's list of images where it is there", async () => {
    const directory = await annotations({
      [VAL]: circoRows(),
      "COCO2017_unlabeled/annotations/image_info_unlabeled2017.json": { images: [{ id: 1 }] },
    });
    const error = await failure(readCirco({ directory, split: "val" }));
    expect(error.message).toContain("1 images; expected the 123403");
  });
});

describe("readCirr", () => {
  const read = async (
    change: (files: ReturnType<typeof cirrFiles>) => unknown,
    targets?: "hard" | "soft",
  ) => {
    const files = cirrFiles();
    change(files);
    const directory = await annotations({
      "captions/cap.rc2.val.json": files.captions,
      "image_splits/split.rc2.val.json": files.images,
    });
    return readCirr({ directory, split: "val", targets });
  };

  it("reads hard and soft targets, and the subset without the reference", async () => {
    const hard = await read(() => undefined);
    expect(hard.queries[0]).toMatchObject({
      id: "10000",
      referenceId: "dev-0",
      text: "is the next one",
      targets: new Map([["dev-1", 1]]),
      subsetIds: ["dev-1", "dev-2", "dev-3", "dev-4", "dev-5"],
    });
    expect(hard.galleries.get("val")).toHaveLength(2297);
    const soft = await read(() => undefined, "soft");
    expect(soft.queries[0]!.targets.get("dev-2")).toBe(0.5);
    expect(soft.title).not.toBe(hard.title);
  });

  const damaged: [string, (files: ReturnType<typeof cirrFiles>) => unknown, string][] = [
    ["fewer queries", ({ captions }) => captions.pop(), "4180 queries"],
    ["fewer images", ({ images }) => delete images["dev-2296"], "2296 images"],
    [
      "a pair id twice",
      ({ captions }) => (captions[1]!["pairid"] = 10_000),
      "[1].pairid has 10000",
    ],
    [
      "an alien target",
      ({ captions }) => (captions[1]!["target_hard"] = "dev-99"),
      "[1] has image dev-99",
    ],
    [
      "an alien soft target",
      ({ captions }) => (captions[1]!["target_soft"] = { "dev-x": 1 }),
      "image dev-x",
    ],
    [
      "no soft target",
      ({ captions }) => (captions[1]!["target_soft"] = {}),
      "[1].target_soft has no image",
    ],
    [
      "a set of three",
      ({ captions }) => (captions[2]!["img_set"] = { members: ["dev-1"] }),
      "[2].img_set",
    ],
  ];
  it.each(damaged)("refuses %s, and says where", async (_, change, message) => {
    const error = await failure(read(change));
    expect(error.code).toBe("corrupt-data");
    expect(error.message).toContain(message);
  });
});

it("refuses FashionIQ with an image that is not in the split", async () => {
  const directory = await annotations({
    "image_splits/split.dress.val.json": Array.from({ length: 3817 }, (_, index) => `B${index}`),
    "captions/cap.dress.val.json": Array.from({ length: 2017 }, (_, index) => ({
      target: `B${index}`,
      candidate: index === 7 ? "B9999" : "B0",
      captions: ["is red", "is long"],
    })),
  });
  const error = await failure(readFashioniq({ directory }));
  expect(error.code).toBe("corrupt-data");
  expect(error.message).toContain("[7] has image B9999");
});

it("refuses GeneCIS with a gallery of another size", async () => {
  const image = { image_id: "1", instance_bbox: [0, 0, 5, 5] };
  const directory = await annotations({
    "focus_attribute.json": [
      { condition: "color", reference: image, target: image, gallery: [image] },
    ],
  });
  const error = await failure(readGenecis({ directory }));
  expect(error.code).toBe("corrupt-data");
  expect(error.message).toContain("[0].gallery");
});
