function parsed(value: string | null): number | undefined {
  return value !== null && /^\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/**
 * How long a response asks to wait, in milliseconds: its `retry-after-ms` (OpenAI), or its
 * Retry-After in seconds or as an HTTP date (RFC 9110 §10.2.3). A date counts from the response's
 * own Date, so that a wrong clock here does no harm. Undefined where it says nothing sensible.
 */
export function retryAfterMs(headers: Headers): number | undefined {
  const milliseconds = parsed(headers.get("retry-after-ms"));
  if (milliseconds !== undefined) return milliseconds;
  const value = headers.get("retry-after");
  const seconds = parsed(value);
  if (seconds !== undefined) return seconds * 1000;
  const until = value?.includes(":") === true ? Date.parse(value) : Number.NaN;
  const sent = Date.parse(headers.get("date") ?? "");
  const wait = until - (Number.isNaN(sent) ? Date.now() : sent);
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}
