import { countElements } from "@megapairs/onnx";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import bits from "./safetensors-data-types.json" with { type: "json" };
import type { SafetensorsEntry, SafetensorsHeader } from "./safetensors-header.ts";

const BITS: ReadonlyMap<string, number> = new Map(Object.entries(bits));

const size = z.int().nonnegative();
const tensorSchema = z.strictObject({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});
const metadataSchema = z.record(z.string(), z.string());

/**
 * The header of a safetensors file from its JSON, checked as the format's own reader does: sizes
 * that go with data types, and data that lies side by side from the first byte to the last. Throws
 * `corrupt-data` else, and for names given twice or called `__proto__`.
 *
 * @param start Bytes before the data.
 * @param end Bytes of the file.
 */
export function parseSafetensorsHeader(
  file: string,
  json: Uint8Array,
  start: number,
  end: number,
): SafetensorsHeader {
  const refuse = (problem: string, cause?: unknown): never => {
    const message = `${file} is no safetensors file: ${problem}`;
    throw new MegaPairsError("corrupt-data", message, { cause });
  };
  let text = "";
  let parsed: unknown;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
    parsed = JSON.parse(text);
  } catch (cause) {
    refuse(`its header of ${json.length} bytes is no JSON`, cause);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    return refuse(`its header is ${text.slice(0, 20)}, expected an object`);
  }
  const twice = firstTwice(text);
  if (twice !== undefined) refuse(`it has two tensors called "${twice}"`);

  const fit = <T>(schema: z.ZodType<T>, name: string, value: unknown): T => {
    const result = schema.safeParse(value);
    if (result.success && name !== "__proto__") return result.data;
    return refuse(`"${name}" is ${JSON.stringify(value).slice(0, 100)}`, result.error);
  };
  const tensors: SafetensorsEntry[] = [];
  let metadata: Readonly<Record<string, string>> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === "__metadata__") {
      metadata = fit(metadataSchema, name, value);
      continue;
    }
    const { dtype, shape, data_offsets: bytes } = fit(tensorSchema, name, value);
    const length = bytes[1] - bytes[0];
    const expected = (countElements(shape) * (BITS.get(dtype) ?? Number.NaN)) / 8;
    if (expected !== length) {
      refuse(
        `"${name}", ${dtype} [${shape.join(", ")}], has bytes ${bytes.join(" to ")}, expected ${expected} bytes`,
      );
    }
    tensors.push({ name, dataType: dtype, dims: shape, offset: start + bytes[0], length });
  }
  tensors.sort((a, b) => a.offset - b.offset || a.length - b.length);
  let reached = start;
  for (const { name, offset, length } of tensors) {
    if (offset !== reached) {
      refuse(`"${name}" begins at byte ${offset - start} of the data, expected ${reached - start}`);
    }
    reached += length;
  }
  if (reached !== end) {
    refuse(`its tensors have ${reached - start} bytes of data, found ${end - start}`);
  }
  return { tensors, metadata };
}

/** The first key that the outermost object of a valid JSON text has twice. */
function firstTwice(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  for (const [token, literal] of text.matchAll(
    /("(?:[^"\\]|\\.)*")\s*:|"(?:[^"\\]|\\.)*"|[{[\]}]/gs,
  )) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (literal !== undefined && depth === 1) {
      const key: unknown = JSON.parse(literal);
      if (seen.has(String(key))) return String(key);
      seen.add(String(key));
    }
  }
  return undefined;
}
