import { existsSync } from "node:fs";

const PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/** A Chromium to test in: `MEGAPAIRS_CHROMIUM`, else where systems keep one. */
export function findChromium(): string | undefined {
  return process.env["MEGAPAIRS_CHROMIUM"] ?? PLACES.find((place) => existsSync(place));
}
