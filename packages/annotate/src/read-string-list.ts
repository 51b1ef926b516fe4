const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", "“": "”", "‘": "’" };

/**
 * Reads a list of quoted strings that JSON does not accept: single or curly quotes (Python prints
 * its lists so), apostrophes that nobody escaped, missing and trailing commas, line breaks.
 * `start` is the place of the `[`. Undefined where anything but strings and commas is met, or where
 * the list does not end.
 */
export function readStringList(text: string, start: number): readonly string[] | undefined {
  const items: string[] = [];
  let at = start + 1;
  while (at < text.length) {
    const character = text.charAt(at);
    const closing = CLOSING[character];
    if (character === "]") return items;
    if (closing !== undefined) {
      const end = literalEnd(text, at + 1, closing);
      if (end === -1) return undefined;
      items.push(unescaped(text.slice(at + 1, end)));
      at = end;
    } else if (!/[\s,]/.test(character)) {
      return undefined;
    }
    at += 1;
  }
  return undefined;
}

/** A closing quote is one that a comma, a bracket or, on the next line, another quote follows. */
function literalEnd(text: string, from: number, closing: string): number {
  for (let at = from; at < text.length; at += 1) {
    if (text.charAt(at) === "\\") at += 1;
    else if (text.charAt(at) === closing && /^\s*(?:[,\]]|\n\s*["'“‘])/.test(tail(text, at + 1))) {
      return at;
    }
  }
  return -1;
}

function tail(text: string, from: number): string {
  return text.slice(from, from + 80);
}

function unescaped(literal: string): string {
  return literal.replaceAll(/\\(.)/gs, (_, character: string) =>
    /[nrt\n]/.test(character) ? " " : character,
  );
}
