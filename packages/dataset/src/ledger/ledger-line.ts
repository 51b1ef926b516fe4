import { createHash } from "node:crypto";

import type { GenerateResult } from "@megapairs/spec";
import { z } from "zod";

/** One raw answer of a backend, as it is kept. */
export interface FileLedgerEntry extends GenerateResult {
  readonly provider: string;
  readonly modelId: string;
}

const tokens = z
  .number()
  .nullable()
  .transform((count) => count ?? undefined);

const lineSchema = z.strictObject({
  key: z.string(),
  checksum: z.string(),
  entry: z.strictObject({
    provider: z.string(),
    modelId: z.string(),
    text: z.string(),
    finishReason: z.enum(["stop", "length", "content-filter", "other"]),
    usage: z.strictObject({ input: tokens, output: tokens }),
    warnings: z.array(z.string()),
  }),
});

/** An answer with the key it is kept under. */
export interface LedgerLine {
  readonly key: string;
  readonly entry: FileLedgerEntry;
}

/** The line of an answer, with its end: a whole JSON object with a checksum over key and answer. */
export function encodeLedgerLine(key: string, entry: FileLedgerEntry): string {
  const { provider, modelId, text, finishReason, usage, warnings } = entry;
  const plain = {
    provider,
    modelId,
    text,
    finishReason,
    usage: { input: usage.input ?? null, output: usage.output ?? null },
    warnings,
  };
  return `${JSON.stringify({ key, checksum: checksumOf(key, plain), entry: plain })}\n`;
}

/** Reads a line; undefined for one that is damaged. */
export function decodeLedgerLine(text: string): LedgerLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const { key, checksum, entry } = lineSchema.parse(value);
    const { usage } = entry;
    const plain = {
      ...entry,
      usage: { input: usage.input ?? null, output: usage.output ?? null },
    };
    return checksumOf(key, plain) === checksum ? { key, entry } : undefined;
  } catch {
    return undefined;
  }
}

function checksumOf(key: string, entry: object): string {
  const text = JSON.stringify([key, entry]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
