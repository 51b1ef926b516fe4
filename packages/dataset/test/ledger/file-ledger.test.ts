import { spawn } from "node:child_process";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { createFileLedger } from "@megapairs/dataset";
import type { FileLedgerEntry } from "@megapairs/dataset";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { sha256 } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
let count = 0;
const fresh = (): string => path.join(root, `ledger-${(count += 1)}`);
const responses = (directory: string): string => path.join(directory, "responses.jsonl");
const entry = (text: string): FileLedgerEntry => ({
  provider: "scenes",
  modelId: "offline",
  text,
  finishReason: "stop",
  usage: { input: 12, output: undefined },
  warnings: ["a\nwarning"],
});

test("answers come back, from the same ledger and the next one", async () => {
  const directory = fresh();
  const ledger = await createFileLedger({ directory });
  const texts = ["one", "zwei 🐈\n\u2028", "", "\u0000", `"}`];
  await Promise.all(texts.map((text) => ledger.put(sha256(text), entry(text))));
  await ledger.put(sha256("one"), entry("another answer"));
  const check = async (opened: typeof ledger): Promise<void> => {
    for (const text of texts) expect(await opened.get(sha256(text))).toStrictEqual(entry(text));
    expect(await opened.get(sha256("unknown"))).toBeUndefined();
    expect(opened.size).toBe(5);
  };
  await check(ledger);
  await ledger.close();
  const reopened = await createFileLedger({ directory });
  await check(reopened);
  expect(reopened.damagedLines).toBe(0);
  await reopened.close();
});

test("a file cut anywhere loses only what was cut, and takes new answers", async () => {
  const directory = fresh();
  const ledger = await createFileLedger({ directory });
  for (const text of ["a", "b", "c"]) await ledger.put(sha256(text), entry(text));
  await ledger.close();
  const whole = await readFile(responses(directory));
  const lineEnds = [...whole.entries()].filter(([, byte]) => byte === 0x0a).map(([at]) => at + 1);
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length), async (length) => {
      await writeFile(responses(directory), whole.subarray(0, length));
      const kept = lineEnds.filter((end) => end <= length).length;
      const cut = await createFileLedger({ directory });
      expect([cut.size, cut.damagedLines]).toEqual([kept, 0]);
      await cut.put(sha256("c"), entry("c"));
      await cut.put(sha256("d"), entry("d"));
      await cut.close();
      const again = await createFileLedger({ directory });
      expect(again.damagedLines).toBe(0);
      expect((await again.get(sha256("c")))?.text).toBe("c");
      expect((await again.get(sha256("d")))?.text).toBe("d");
      await again.close();
    }),
    { numRuns: 40, seed: 1 },
  );
});

test("a changed line is not an answer", async () => {
  const directory = fresh();
  const ledger = await createFileLedger({ directory });
  await ledger.put(sha256("a"), entry("honest"));
  await ledger.put(sha256("b"), entry("b"));
  await ledger.close();
  const text = await readFile(responses(directory), "utf8");
  await writeFile(responses(directory), `${text.replace("honest", "forged")}not json\n`);
  const reopened = await createFileLedger({ directory });
  expect(reopened.damagedLines).toBe(2);
  expect(await reopened.get(sha256("a"))).toBeUndefined();
  expect((await reopened.get(sha256("b")))?.text).toBe("b");
  await writeFile(responses(directory), "x".repeat(1000));
  await expect(reopened.get(sha256("b"))).rejects.toMatchObject({ code: "corrupt-data" });
  await reopened.close();
});

test("a second writer and an unusable place are unavailable", async () => {
  const directory = fresh();
  const ledger = await createFileLedger({ directory });
  await ledger.put(sha256("a"), entry("a"));
  await appendFile(responses(directory), "somebody else\n");
  await expect(ledger.put(sha256("b"), entry("b"))).rejects.toMatchObject({ code: "unavailable" });
  expect((await ledger.get(sha256("a")))?.text).toBe("a");
  await ledger.close();
  await expect(createFileLedger({ directory: responses(directory) })).rejects.toMatchObject({
    code: "unavailable",
  });
});

test("what was acknowledged survives SIGKILL", async () => {
  const directory = fresh();
  const script = path.join(import.meta.dirname, "../fixtures/write-ledger.ts");
  const child = spawn(process.execPath, ["--conditions=@megapairs/source", script, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (data: Buffer) => {
      said += data.toString();
      if (said.split("\n").length > 50) child.kill("SIGKILL");
    });
    child.on("close", () => resolve());
  });
  const acknowledged = said.split("\n").slice(0, -1);
  expect(acknowledged.length).toBeGreaterThanOrEqual(50);
  const ledger = await createFileLedger({ directory });
  for (const text of acknowledged) expect((await ledger.get(sha256(text)))?.text).toBe(text);
  expect(ledger.damagedLines).toBe(0);
  await ledger.close();
});
