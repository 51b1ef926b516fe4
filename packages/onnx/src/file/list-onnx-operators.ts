import { readModelProto } from "../definition/decode-onnx-model.ts";
import type { GraphProto } from "../definition/messages.ts";
import { readModelFile } from "./read-model-file.ts";

/**
 * Names of the operators a model uses, sorted, those of other domains as `domain:Name`.
 *
 * Rejects with `invalid-argument` where the file cannot be read, `corrupt-data` where it is no
 * ONNX model.
 */
export async function listOnnxOperators(model: string | Uint8Array): Promise<readonly string[]> {
  const bytes = typeof model === "string" ? await readModelFile(model) : model;
  const found = new Set<string>();
  collect(readModelProto(bytes).graph ?? {}, found);
  return [...found].toSorted();
}

function collect({ node = [] }: GraphProto, found: Set<string>): void {
  for (const { opType = "", domain = "", attribute = [] } of node) {
    found.add(domain === "" || domain === "ai.onnx" ? opType : `${domain}:${opType}`);
    for (const { g } of attribute) if (g !== undefined) collect(g, found);
  }
}
