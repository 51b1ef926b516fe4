import { createHash } from "node:crypto";
import { demonstrationPool } from "./demonstrations.ts";
import { describePrompt } from "./describe-prompt.ts";
import { instructPrompt } from "./instruct-prompt.ts";

/**
 * What the built-in prompts are, by stage: part of the stage's identity. The version in words and
 * the first 16 hex digits of the SHA-256 of every text that stage can send, demonstrations
 * included: `describe-1:0f3a…`.
 */
export const annotatePromptVersion: { readonly describe: string; readonly instruct: string } = {
  describe: promptVersion({ ...describePrompt }),
  instruct: promptVersion({ ...instructPrompt, demonstrations: demonstrationPool }),
};

/** The same for prompts of your own: equal texts under equal names give an equal version. */
export function promptVersion(
  prompt: Readonly<Record<string, unknown>> & { readonly version: string },
): string {
  const texts = Object.entries(prompt).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const digest = createHash("sha256").update(JSON.stringify(texts)).digest("hex");
  return `${prompt.version}:${digest.slice(0, 16)}`;
}
