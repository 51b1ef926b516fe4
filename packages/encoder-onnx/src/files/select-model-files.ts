import { MegaPairsError } from "@megapairs/spec";

/** Which half of a two-tower model is wanted. */
export type TowerChoice = "image" | "text" | "both";

/** What {@link selectModelFiles} looks for. */
export interface ModelFileQuery {
  /** What the files belong to, for messages: a folder or a hub id. */
  readonly subject: string;
  /** `fp32` for the plain files; any other is a suffix: `fp16` is `model_fp16.onnx`. */
  readonly variant: string;
  readonly towers: TowerChoice;
  /** The model has a text tower. */
  readonly hasText: boolean;
}

/** Which graph does what, and every file that is needed. Paths relative to the model's folder. */
export interface SelectedModelFiles {
  readonly image: string | undefined;
  readonly text: string | undefined;
  /** All files to read: graphs, their external data, configurations. */
  readonly all: readonly string[];
}

/**
 * Chooses the files of one variant out of all files of a model, in the layout that transformers.js
 * repositories have: `onnx/vision_model.onnx` and `onnx/text_model.onnx`, or one `onnx/model.onnx`.
 *
 * Throws `invalid-argument` naming what is missing and what was found.
 */
export function selectModelFiles(
  paths: readonly string[],
  { subject, variant, towers, hasText }: ModelFileQuery,
): SelectedModelFiles {
  const suffix = variant === "fp32" ? "" : `_${variant}`;
  const single = `onnx/model${suffix}.onnx`;
  const graphOf = (tower: "vision" | "text"): string => {
    const split = `onnx/${tower}_model${suffix}.onnx`;
    if (paths.includes(split)) return split;
    if (paths.includes(single)) return single;
    const expected = hasText ? `${split} or ${single}` : single;
    throw missingFile(subject, expected, paths, ".onnx");
  };
  const image = towers === "text" ? undefined : graphOf("vision");
  const text = hasText && towers !== "image" ? graphOf("text") : undefined;
  const wanted = ["config.json"];
  if (image !== undefined) wanted.push("preprocessor_config.json");
  if (text !== undefined || (hasText && image === single)) {
    wanted.push("tokenizer.json", "tokenizer_config.json");
  }
  if (text === single && image === undefined) wanted.push("preprocessor_config.json");
  for (const path of wanted)
    if (!paths.includes(path)) throw missingFile(subject, path, paths, ".json");
  const graphs = [...new Set([image, text].filter((path) => path !== undefined))];
  const external = paths.filter((path) =>
    graphs.some((graph) => path.startsWith(`${graph}_data`) || path.startsWith(`${graph}.data`)),
  );
  return { image, text, all: [...wanted, ...graphs, ...external] };
}

/** The error for a file that a model lacks: names it, and files of its kind that there are. */
export function missingFile(
  subject: string,
  expected: string,
  paths: readonly string[],
  extension: string,
): MegaPairsError {
  const found = paths.filter((path) => path.endsWith(extension)).toSorted();
  const shown = found.slice(0, MOST_SHOWN).join(", ");
  const more = found.length > MOST_SHOWN ? ` and ${found.length - MOST_SHOWN} more` : "";
  return new MegaPairsError(
    "invalid-argument",
    `${subject} has no ${expected}, found ${shown === "" ? `no ${extension === "" ? "" : `${extension} `}file` : shown + more}`,
  );
}

/** Paths in a message: more than all variants of two towers that a repository has. */
const MOST_SHOWN = 24;
