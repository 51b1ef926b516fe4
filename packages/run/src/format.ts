/** A whole number with thousands separators: `1,234,567`. The same in every locale. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

const SECOND_MS = 1000;
const UNITS: readonly (readonly [string, number])[] = [
  ["d", 86_400],
  ["h", 3600],
  ["m", 60],
  ["s", 1],
];

/**
 * A duration in its two largest units: `2h 03m`, `1m 05s`, `12s`; below ten seconds `4.2s`, below
 * one second `350ms`. Negative and non-finite durations give `?`.
 */
export function formatDuration(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) return "?";
  if (Math.round(milliseconds) < SECOND_MS) return `${Math.round(milliseconds)}ms`;
  const tenths = Math.round(milliseconds / 100) / 10;
  if (tenths < 10) return `${tenths.toFixed(1)}s`;
  let left = Math.round(milliseconds / SECOND_MS);
  const first = UNITS.findIndex(([, seconds]) => left >= seconds);
  const parts = UNITS.slice(first, first + 2).map(([unit, seconds], position) => {
    const amount = Math.floor(left / seconds);
    left %= seconds;
    return `${position === 0 ? amount : String(amount).padStart(2, "0")}${unit}`;
  });
  return parts.join(" ");
}

const BYTE_UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** A number of bytes to three digits, in powers of 1000 as disks are sold: `1.42 GB`, `999 B`. */
export function formatBytes(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < BYTE_UNITS.length - 1) {
    amount /= 1000;
    unit += 1;
  }
  const decimals = unit === 0 ? 0 : amount < 9.995 ? 2 : amount < 99.95 ? 1 : 0;
  return `${amount.toFixed(decimals)} ${BYTE_UNITS[unit]}`;
}

/** A rate to about three digits, per second, or per minute when it is slower than one a second. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 99.95) return `${formatCount(perSecond)}/s`;
  if (perSecond >= 0.995) return `${perSecond.toFixed(1)}/s`;
  return `${(perSecond * 60).toFixed(1)}/min`;
}
