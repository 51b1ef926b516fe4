import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNpyWriter } from "@megapairs/dataset";
import { beforeAll, describe, expect, it } from "vitest";
import { mineVectors } from "../src/vectors/mine-vectors.ts";
import type { MineVectorsOptions, MineVectorsResult } from "../src/vectors/mine-vectors.ts";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const file = (name: string): string => join(directory, name);

interface Pair {
  readonly query: string;
  readonly target: string;
  readonly hardNegatives: readonly string[];
}

/** Vectors in the plane at these angles, in degrees. */
async function write(name: string, degrees: readonly number[]): Promise<void> {
  const writer = await createNpyWriter(file(name), { columns: 2 });
  for (const angle of degrees) {
    const radians = (angle * Math.PI) / 180;
    await writer.append(Float32Array.of(Math.cos(radians), Math.sin(radians)));
  }
  await writer.close();
}

function linesOf(name: string): unknown[] {
  const text = readFileSync(file(name), "utf8").trimEnd();
  return text === "" ? [] : text.split("\n").map((line): unknown => JSON.parse(line));
}

async function mine(options: Partial<MineVectorsOptions>): Promise<MineVectorsResult> {
  return mineVectors({
    vectors: [file("ring.npy")],
    normalise: false,
    bandOf: () => ({ lower: 0.8, upper: 0.985 }),
    bandNames: [],
    k: 100,
    recall: 1,
    selection: { seed: 1, hardNegatives: 2 },
    guards: [],
    out: file("pairs.jsonl"),
    json: true,
    signal: new AbortController().signal,
    ...options,
  });
}

beforeAll(async () => {
  // Thirty images 12 degrees apart, then a copy of row 3 and one of row 7.
  const ring = Array.from({ length: 30 }, (_, row) => 12 * row);
  await write("ring.npy", [...ring, 36.5, 84.2]);
  await write("evaluation.npy", [60.3, 200]);
  writeFileSync(file("groups.txt"), ring.map((_, row) => `${row % 2}\n`).join("") + "\n\n");
  writeFileSync(
    file("ids.txt"),
    Array.from({ length: 32 }, (_, row) => `${99 - row}.jpg\n`).join(""),
  );
});

describe("selection of megapairs mine --vectors", () => {
  it("caps targets and groups, and gives the same pairs each time", async () => {
    const caps = { queriesPerTarget: 2, pairsPerGroup: 9, groupsFile: file("groups.txt") };
    const { counts } = await mine(caps);
    const pairs = linesOf("pairs.jsonl") as Pair[];
    expect(counts.pairs).toBe(pairs.length);
    expect(counts.cappedTargets).toBeGreaterThan(0);
    const targets = Map.groupBy(pairs, ({ target }) => target);
    expect(Math.max(...[...targets.values()].map(({ length }) => length))).toBe(2);
    for (const group of [0, 1]) {
      const own = pairs.filter(({ query }) => Number(query) < 30 && Number(query) % 2 === group);
      expect(own.length).toBeLessThanOrEqual(9);
    }
    const before = readFileSync(file("pairs.jsonl"));
    await mine(caps);
    expect(readFileSync(file("pairs.jsonl"))).toEqual(before);
  });

  it("mines one of each group of near duplicates, and lists the groups", async () => {
    const files = { rejectsFile: file("rejects.jsonl"), duplicatesFile: file("groups.jsonl") };
    const { duplicates } = await mine({ duplicates: "representatives", ...files });
    expect(duplicates).toEqual({ groups: 2, images: 4 });
    expect(linesOf("groups.jsonl")).toEqual([
      { keep: "3", duplicates: ["30"] },
      { keep: "7", duplicates: ["31"] },
    ]);
    expect(linesOf("rejects.jsonl")).toEqual([
      { item: "30", code: "duplicate", reason: "a near duplicate of 3, which stays" },
      { item: "31", code: "duplicate", reason: "a near duplicate of 7, which stays" },
    ]);
    expect(readFileSync(file("pairs.jsonl"), "utf8")).not.toMatch(/"3[01]"/);
  });

  it("keeps what evaluation sets have out of every part, by name", async () => {
    const { guarded } = await mine({
      guards: [`ring=${file("evaluation.npy")}`],
      idsFile: file("ids.txt"),
      rejectsFile: file("rejects.jsonl"),
      guardThreshold: 0.995,
    });
    // 60 degrees are row 5, 204 row 17.
    expect(guarded).toBe(2);
    expect(linesOf("rejects.jsonl")).toEqual([
      {
        item: "82.jpg",
        code: "excluded",
        reason: expect.stringMatching(/^cosine 0\.9976 under ring with row 1 of evaluation\.npy/),
      },
      { item: "94.jpg", code: "excluded", reason: expect.stringContaining("row 0 of") },
    ]);
    expect(readFileSync(file("pairs.jsonl"), "utf8")).not.toMatch(/"(?:82|94)\.jpg"/);
  });

  it("gives an image the same pairs wherever its row is", async () => {
    await mine({ idsFile: file("ids.txt") });
    const sorted = (name: string): unknown[] =>
      linesOf(name).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    const before = sorted("pairs.jsonl");
    const degrees = Array.from({ length: 30 }, (_, row) => 12 * row).concat(36.5, 84.2);
    await write("turned.npy", degrees.toReversed());
    const ids = readFileSync(file("ids.txt"), "utf8").trimEnd().split("\n").toReversed();
    writeFileSync(file("turned.txt"), `${ids.join("\n")}\n`);
    await mine({ vectors: [`ring=${file("turned.npy")}`], idsFile: file("turned.txt") });
    expect(sorted("pairs.jsonl")).toEqual(before);
  });
});

describe("bad input of megapairs mine --vectors", () => {
  const npy = (dictionary: string, data: Uint8Array = new Uint8Array(16)): Buffer => {
    const header = `${dictionary.padEnd(117)}\n`;
    return Buffer.concat([
      Buffer.from("\u0093NUMPY\u0001\u0000\u0076\u0000", "latin1"),
      Buffer.from(header, "latin1"),
      data,
    ]);
  };

  beforeAll(() => {
    const header = (descr: string, fortran: string, shape: string): string =>
      `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }`;
    writeFileSync(file("fortran.npy"), npy(header("<f4", "True", "(2, 2)")));
    writeFileSync(file("object.npy"), npy(header("|O", "False", "(2, 2)")));
    writeFileSync(file("double.npy"), npy(header("<f8", "False", "(1, 2)")));
    writeFileSync(file("huge.npy"), npy(header("<f4", "False", "(900000000000000000, 768)")));
    writeFileSync(file("cut.npy"), npy(header("<f4", "False", "(2, 3)")));
    writeFileSync(file("flat.npy"), npy(header("<f4", "False", "(4,)")));
    writeFileSync(file("empty.npy"), npy(header("<f4", "False", "(0, 4)"), new Uint8Array()));
    writeFileSync(file("text.npy"), "not a matrix");
    writeFileSync(file("short.txt"), "a\nb\n");
  });

  it.each([
    [["-v", "fortran.npy"], 3, /fortran\.npy has the header .*C order/],
    [["-v", "object.npy"], 3, /object\.npy has the header/],
    [["-v", "double.npy"], 3, /expected a <f4 or <f2 matrix/],
    [["-v", "flat.npy"], 3, /flat\.npy has the header/],
    [["-v", "huge.npy"], 4, /huge\.npy has 144 bytes, expected/],
    [["-v", "cut.npy"], 4, /cut\.npy has 144 bytes, expected 152 for 2 rows of 3 float32/],
    [["-v", "text.npy"], 4, /text\.npy is no \.npy file/],
    [["-v", "empty.npy"], 2, /No pairs\. The band .* it has fewer than two images/],
    [
      ["-v", "ring.npy", "--groups", "short.txt", "--pairs-per-group", "3"],
      2,
      /short\.txt has 2 lines, expected 32/,
    ],
    [
      ["-v", "ring.npy", "--groups", "short.txt"],
      2,
      /--groups FILE and --pairs-per-group N go together/,
    ],
    [
      ["-v", "ring.npy", "--guard", "Q=evaluation.npy"],
      2,
      /expected RELATION=FILE\.npy with one of the relations ring/,
    ],
    [["-v", "ring.npy", "--guard", "nowhere.npy"], 2, /--guard nowhere\.npy: there is no file/],
    [["-v", "ring.npy", "--negative-ranks", "5,2"], 2, /expected two ranks such as 10,50/],
    [["-v", "ring.npy", "--k", "0"], 2, /expected a whole number from 1/],
  ] as const)("refuses %j", async (args, exit, message) => {
    const { code, stderr } = await runCli(["mine", ...args, "--out", "bad.jsonl"], {
      cwd: directory,
    });
    expect(stderr).toMatch(message);
    expect(code).toBe(exit);
    expect(() => readFileSync(file("bad.jsonl"))).toThrow("ENOENT");
  });
});
