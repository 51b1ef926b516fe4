const MAX_LENGTH = 300;
const DATA_URL = /data:[\w.+/-]+;base64,[^"'\s\\]*/g;
const LONG_BASE64 = /[A-Za-z0-9+/_-]{48,}={0,2}/g;
const SHORTEST_SECRET = 6;

/**
 * Makes a function that shows at most 300 characters of what a server said, in one line, for an
 * error message: without image bytes and without any of `secrets`, which servers may echo.
 */
export function createExcerpt(secrets: readonly string[]): (text: string) => string {
  const hidden = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length);
  return (text) => {
    let shown = text;
    for (const secret of hidden) shown = shown.replaceAll(secret, "[secret]");
    shown = shown.replaceAll(DATA_URL, "[image]").replaceAll(LONG_BASE64, "[data]");
    shown = shown.replaceAll(/\s+/g, " ").trim();
    return shown.length <= MAX_LENGTH ? shown : `${shown.slice(0, MAX_LENGTH)} …`;
  };
}
