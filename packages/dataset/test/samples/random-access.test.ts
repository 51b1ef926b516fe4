import { writeFile } from "node:fs/promises";
import path from "node:path";

import { openTripletFile, readMegaPairs } from "@megapairs/dataset";
import { MegaPairsError } from "@megapairs/spec";
import { array, assert, asyncProperty, constantFrom } from "fast-check";
import { expect, test } from "vitest";

import { tripletLine } from "../fixtures/open-samples.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();

test("any file gives, line by line in any order, what its sequential reader gives", async () => {
  const line = constantFrom<string | Buffer>(
    tripletLine("a.jpg", "b.jpg", ["a.jpg"]),
    `  ${tripletLine("c/d.jpg", "b.jpg", [], "two words")} \r`,
    tripletLine("a.jpg", "../b.jpg"),
    "",
    " \t\r",
    "\u00a0\u2003",
    "\uFEFF",
    "{",
    "[]",
    "null",
    Buffer.from([0x7b, 0xff]),
    Buffer.from([0x80]),
  );
  await assert(
    asyncProperty(array(line, { maxLength: 12 }), constantFrom("", "\n"), async (lines, end) => {
      const jsonl = path.join(root, "any.jsonl");
      const bytes = lines.flatMap((one, at) => [
        Buffer.from(at === 0 ? "" : "\n"),
        typeof one === "string" ? Buffer.from(one) : one,
      ]);
      await writeFile(jsonl, Buffer.concat([...bytes, Buffer.from(end)]));
      const expected = new Map<string, string>();
      const onReject = ({ item, reason }: { item: string; reason: string }): unknown =>
        expected.set(item, reason);
      for await (const found of readMegaPairs({ jsonl, onReject })) {
        expected.set(`any.jsonl#${found.line}`, [found.queryImage, ...found.instructions].join());
      }
      const samples = await openTripletFile({ jsonl, archives: [] });
      const places = Array.from({ length: samples.count }, (_, index) => samples.count - 1 - index);
      const read = await Promise.all(
        places.map(async (index) => {
          try {
            const { id, queryImage, texts } = await samples.read(index);
            return [id, [queryImage, ...texts].join()] as const;
          } catch (error) {
            if (!MegaPairsError.isInstance(error) || error.code !== "corrupt-data") throw error;
            return [error.message.split(": ", 1)[0]!, error.message] as const;
          }
        }),
      );
      await samples.close();
      expect(new Map(read.toReversed())).toEqual(expected);
      expect(read).toHaveLength(expected.size);
    }),
  );
});
