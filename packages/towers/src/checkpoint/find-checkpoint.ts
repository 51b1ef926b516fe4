import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { MegaPairsError } from "@megapairs/spec";

const NAMES = ["model.safetensors", "model.safetensors.index.json"];

/** Path of a model's weights in its folder, or of the index of their files; `invalid-argument` for none. */
export async function findCheckpoint(folder: string): Promise<string> {
  const files = await readdir(folder).catch((cause: unknown) => {
    throw new MegaPairsError("invalid-argument", `cannot read the folder ${folder}`, { cause });
  });
  const name = NAMES.find((each) => files.includes(each));
  if (name === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `${folder} holds ${files.toSorted().slice(0, 10).join(", ") || "nothing"}, expected ${NAMES.join(" or ")}`,
    );
  }
  return join(folder, name);
}
