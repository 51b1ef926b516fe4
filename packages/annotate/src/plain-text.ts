import { MegaPairsError } from "@megapairs/spec";

const LONGEST_ANSWER = 8000;

/**
 * A model's answer without what never belongs to it: reasoning up to `</think>`, control
 * characters, lone surrogates, Windows line ends. `invalid-output` over 8,000 characters, which
 * also bounds the work of the parsers that come after.
 */
export function plainText(answer: string): string {
  const reasoningEnd = answer.lastIndexOf("</think>");
  const said = reasoningEnd === -1 ? answer : answer.slice(reasoningEnd + "</think>".length);
  if (said.length > LONGEST_ANSWER) {
    throw new MegaPairsError(
      "invalid-output",
      `answer of ${said.length} characters, expected at most ${LONGEST_ANSWER}`,
    );
  }
  return said
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/(?!\n)[\p{Cc}\p{Cs}]/gu, " ")
    .trim();
}

/** One line of at most `longest` characters, for messages. */
export function excerpt(text: string, longest = 160): string {
  const line = text
    .slice(0, longest * 4)
    .replaceAll(/[\s\p{Cc}\p{Cs}]+/gu, " ")
    .trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…`.replaceAll(/\p{Cs}/gu, "") : line;
}
