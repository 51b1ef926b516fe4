import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { renderReport } from "@megapairs/report";
import axe from "axe-core";
import { chromium } from "playwright-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "./find-chromium.ts";
import { fixtureResults } from "./fixture-results.ts";

const executablePath = findChromium();
const reason = "no Chromium: set MEGAPAIRS_CHROMIUM to one";
if (executablePath === undefined) process.stderr.write(`browser.test.ts skipped: ${reason}\n`);

describe.skipIf(executablePath === undefined)("the page in a browser", () => {
  let browser: Browser;
  let directory: string;
  let address: string;

  beforeAll(async () => {
    // Chromium has no sandbox for root, who runs tests in containers.
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    browser = await chromium.launch({ executablePath: executablePath!, args });
    directory = await mkdtemp(join(tmpdir(), "megapairs-report-"));
    const file = join(directory, "report.html");
    await writeFile(file, renderReport(fixtureResults));
    address = pathToFileURL(file).href;
  });

  afterAll(async () => {
    await browser.close();
    await rm(directory, { recursive: true });
  });

  const screens = [
    { name: "light", width: 1280, colorScheme: "light" },
    { name: "dark", width: 1280, colorScheme: "dark" },
    { name: "phone", width: 360, colorScheme: "light" },
    { name: "dark phone", width: 360, colorScheme: "dark" },
  ] as const;

  it.each(screens)("is quiet, fits and is accessible: $name", async ({ width, colorScheme }) => {
    const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
    const said: string[] = [];
    const requested: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("pageerror", ({ message }) => said.push(message));
    page.on("request", (request) => requested.push(request.url()));
    await page.goto(address);
    expect(said).toEqual([]);
    expect(requested.filter((url) => !url.startsWith("data:"))).toEqual([address]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(width);
    await page.close();
  });

  it("is read by keyboard: the skip link first, then parts, tables and commands", async () => {
    const page = await browser.newPage({ viewport: { width: 360, height: 800 } });
    await page.goto(address);
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    await page.keyboard.press("Enter");
    expect(new URL(page.url()).hash).toBe("#experiments");
    const reached = new Set<unknown>();
    for (let at = 0; at < 60; at += 1) {
      await page.keyboard.press("Tab");
      reached.add(await page.evaluate("document.activeElement.tagName"));
    }
    expect([...reached]).toEqual(expect.arrayContaining(["DIV", "SUMMARY", "PRE"]));
    await page.close();
  });
});

/** What axe-core finds by all of its rules, as `rule: where`. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = await page.evaluate<axe.AxeResults>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return found.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")} ${failureSummary}`),
  );
}
