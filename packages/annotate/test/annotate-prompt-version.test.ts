import { expect, it } from "vitest";
import {
  annotatePromptVersion,
  demonstrationPool,
  describePrompt,
  instructPrompt,
  promptVersion,
} from "@megapairs/annotate";

it("names the version and the bytes of every text of a stage", () => {
  expect(annotatePromptVersion.describe).toMatch(/^describe-1:[0-9a-f]{16}$/);
  expect(annotatePromptVersion.instruct).toMatch(/^instruct-1:[0-9a-f]{16}$/);
  const everything = { ...instructPrompt, demonstrations: demonstrationPool };
  expect(promptVersion(everything)).toBe(annotatePromptVersion.instruct);
  expect(promptVersion({ ...everything, demonstrations: demonstrationPool.slice(1) })).not.toBe(
    annotatePromptVersion.instruct,
  );
});

it("does not depend on the order of the names", () => {
  const reversed = Object.fromEntries(Object.entries(describePrompt).toReversed());
  expect(promptVersion({ version: "", ...reversed })).toBe(annotatePromptVersion.describe);
});
