import type { Estimate } from "../results/report-results.ts";

/** `58.2`, of a share. */
export function percent(share: number): string {
  return (100 * share).toFixed(1);
}

/** `55.1 to 61.3`, of shares. */
export function interval({ lower, upper }: Pick<Estimate, "lower" | "upper">): string {
  return `${percent(lower)} to ${percent(upper)}`;
}

/** `5,601`. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `4.2 s`, `30 min 3 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [
    Math.floor(whole / 3600),
    Math.floor(whole / 60) % 60,
    whole % 60,
  ];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}
