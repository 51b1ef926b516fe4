/** CLIP's marks of the beginning and the end of a text; the second pads and stands for the unknown. */
export const START_MARK = "<|startoftext|>";
/** See {@link START_MARK}. */
export const END_MARK = "<|endoftext|>";

const WORD =
  /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+/gu;

/** The words that CLIP's normaliser and pattern make of a text, marks left out: `it`, `'s`, `a`, `cat`. */
export function clipWords(text: string): readonly string[] {
  // A Σ that ends a word becomes ς in JavaScript alone.
  const lowered = text.normalize("NFC").replaceAll("Σ", "σ").toLowerCase();
  return (lowered.match(WORD) ?? []).filter((word) => word !== START_MARK && word !== END_MARK);
}
