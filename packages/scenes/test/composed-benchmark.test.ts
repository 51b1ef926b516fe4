import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createComposedBenchmark,
  createObjectsCorpus,
  splitCombinations,
  writeComposedBenchmark,
} from "@megapairs/scenes";
import { afterAll, describe, expect, it } from "vitest";
import captions from "../src/data/caption-grammar.json" with { type: "json" };
import instructions from "../src/data/instruction-grammar.json" with { type: "json" };
import wording from "../src/data/benchmark-grammar.json" with { type: "json" };

const directory = mkdtempSync(join(tmpdir(), "composed-benchmark-"));
afterAll(() => rmSync(directory, { recursive: true }));

describe("createComposedBenchmark", () => {
  const { pictures, queries, vocabulary } = createComposedBenchmark({ seed: 5, queries: 240 });
  const shown = new Map(pictures.map(({ path, combination }) => [path, combination]));

  it("has every combination in the gallery as often, and all right answers of a query", () => {
    expect(pictures).toHaveLength(3 * 429);
    for (const { picture, targets, text } of queries) {
      expect(shown.has(picture)).toBe(true);
      expect(targets).not.toContain(picture);
      const [wanted] = targets.map((target) => shown.get(target));
      const right = pictures.filter(({ combination }) => combination === wanted);
      expect(targets).toEqual(right.map(({ path }) => path));
      expect(vocabulary.some((word) => text.includes(word))).toBe(true);
    }
  });

  it("changes what it says it changes, and has the near misses of every change", () => {
    for (const { picture, targets, groups } of queries) {
      const [source, target] = [shown.get(picture)!, shown.get(targets[0]!)!];
      const changed = (["colour", "shape", "background"] as const).filter(
        (name) => source[name] !== target[name],
      );
      expect(changed.join(" and ")).toBe(groups[1]);
    }
  });

  it("asks a third of its queries for colours and shapes that no corpus shows together", () => {
    const heldOut = new Set(splitCombinations().heldOut.map(pairOf));
    const never = queries.filter(({ targets }) => heldOut.has(pairOf(shown.get(targets[0]!)!)));
    expect(never.map(({ id }) => id)).toEqual(
      queries.flatMap(({ id, groups }) => (groups[0] === "never shown" ? [id] : [])),
    );
    expect(never.length / queries.length).toBeGreaterThan(0.25);
    expect(never.length / queries.length).toBeLessThan(0.42);
  });

  it("words nothing as annotations or captions do", () => {
    const strings = (value: unknown): string[] =>
      typeof value === "string"
        ? [value.replaceAll(/\{\w+\}/gu, "_")]
        : Object.values(value as object).flatMap(strings);
    const known = new Set([...strings(instructions), ...strings(captions)]);
    expect(strings(wording).filter((template) => known.has(template))).toEqual([]);
  });

  it("shares no picture with a corpus, not even one of its own seed", async () => {
    const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
    const hashes = new Set<string>();
    const corpus = createObjectsCorpus({ images: 40, seed: 5 });
    for await (const entry of corpus.read({ start: 0, end: 40 }))
      hashes.add(hash(await entry.read()));
    for (const { read } of pictures.slice(0, 60))
      expect(hashes.has(hash(await read()))).toBe(false);
  });

  it("is the same for the same seed and another for another", () => {
    expect(createComposedBenchmark({ seed: 5, queries: 240 }).queries).toEqual(queries);
    expect(createComposedBenchmark({ seed: 6, queries: 240 }).queries).not.toEqual(queries);
    expect(() => createComposedBenchmark({ seed: 0, queries: 0 })).toThrow("0 queries");
    expect(() => createComposedBenchmark({ seed: 0, renderings: 0 })).toThrow("0 renderings");
  });
});

describe("writeComposedBenchmark", () => {
  it("writes pictures and a set, in place of what is there", async () => {
    const benchmark = createComposedBenchmark({ seed: 1, renderings: 1, queries: 12 });
    const folder = join(directory, "set");
    await writeComposedBenchmark({ benchmark, folder, name: "first" });
    const file = await writeComposedBenchmark({ benchmark, folder, name: "objects" });
    const [header, ...lines] = readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(header.set).toBe("objects");
    expect(header.gallery).toHaveLength(429);
    expect(lines).toHaveLength(12);
    expect(lines[0]).toMatchObject({ q_img: benchmark.queries[0]!.picture });
    expect(readdirSync(folder)).toHaveLength(430);
    expect(readdirSync(directory)).toEqual(["set"]);
  });

  it("stops when it is told to", async () => {
    const benchmark = createComposedBenchmark({ seed: 1, queries: 1 });
    const folder = join(directory, "stopped");
    const signal = AbortSignal.abort(new Error("enough"));
    const written = writeComposedBenchmark({ benchmark, folder, name: "objects", signal });
    await expect(written).rejects.toThrow("enough");
    expect(readdirSync(directory)).not.toContain("stopped");
  });
});

function pairOf({ colour, shape }: { readonly colour: string; readonly shape: string }): string {
  return `${colour} ${shape}`;
}
