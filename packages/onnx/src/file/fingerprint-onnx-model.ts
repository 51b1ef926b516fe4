import { createHash } from "node:crypto";
import { readModelProto } from "../definition/decode-onnx-model.ts";
import type { GraphProto } from "../definition/messages.ts";
import { externalPath } from "./external-path.ts";
import type { Sha256OfFileOptions } from "./sha256-of-file.ts";
import { readModelFile } from "./read-model-file.ts";
import { sha256OfFile } from "./sha256-of-file.ts";

/**
 * Identity of a model's weights, lower-case hex: the SHA-256 of the file, or, where tensors lie in
 * other files, of a list of the SHA-256 of the file and of each of those, by name.
 *
 * Rejects with `invalid-argument` where a file cannot be read, `corrupt-data` where the first is
 * no ONNX model or refers to a file outside its own folder.
 */
export async function fingerprintOnnxModel(
  model: string | Uint8Array,
  options: Sha256OfFileOptions = {},
): Promise<string> {
  const bytes = typeof model === "string" ? await readModelFile(model) : model;
  const own = createHash("sha256").update(bytes).digest("hex");
  const locations = typeof model === "string" ? externalLocations(bytes) : [];
  if (typeof model !== "string" || locations.length === 0) return own;
  const hash = createHash("sha256").update(`${own}\n`);
  for (const location of locations) {
    const digest = await sha256OfFile(await externalPath(model, location), options);
    hash.update(`${digest} ${location}\n`);
  }
  return hash.digest("hex");
}

/** Names of the files that a model's tensors lie in, relative to its folder, sorted. */
function externalLocations(bytes: Uint8Array): readonly string[] {
  const found = new Set<string>();
  collect(readModelProto(bytes).graph ?? {}, found);
  return [...found].toSorted();
}

function collect(graph: GraphProto, found: Set<string>): void {
  const attributes = (graph.node ?? []).flatMap(({ attribute = [] }) => attribute);
  const tensors = [...(graph.initializer ?? []), ...attributes.flatMap(({ t }) => t ?? [])];
  for (const { dataLocation, externalData = [] } of tensors) {
    const location = externalData.find(({ key }) => key === "location")?.value;
    if (dataLocation === 1 && location !== undefined) found.add(location);
  }
  for (const { g } of attributes) if (g !== undefined) collect(g, found);
}
