import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createNpyWriter } from "@megapairs/dataset";
import { beforeAll, describe, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const file = (name: string): string => join(directory, name);

/** Vectors in the plane at these angles, in degrees, and of these norms. */
async function write(name: string, degrees: readonly number[], norm = 1): Promise<string> {
  const writer = await createNpyWriter(file(name), { columns: 2 });
  for (const angle of degrees) {
    const radians = (angle * Math.PI) / 180;
    await writer.append(Float32Array.of(norm * Math.cos(radians), norm * Math.sin(radians)));
  }
  await writer.close();
  return file(name);
}

const ids = ["tree", "boat", "lamp", "copy of lamp", "wall"];

beforeAll(async () => {
  await write("clip.npy", [0, 20, 40, 41, 180]);
  await write("dino.npy", [0, 120, 30, 140, 300]);
  await write("long.npy", [0, 20, 40, 41, 180], 3);
  await write("four.npy", [0, 20, 40, 41]);
  writeFileSync(file("ids.txt"), ids.map((id) => `${id}\n`).join(""));
  writeFileSync(file("four.txt"), "a\nb\nc\nd\n");
  writeFileSync(file("twice.txt"), "a\nb\nc\na\ne\n");
  writeFileSync(file("gap.txt"), "a\n\nc\nd\ne\n");
  const writer = await createNpyWriter(file("nan.npy"), { columns: 2 });
  await writer.append(Float32Array.of(1, 0, Number.NaN, 1));
  await writer.close();
  const zero = await createNpyWriter(file("zero.npy"), { columns: 2 });
  await zero.append(Float32Array.of(1, 0, 0, 0));
  await zero.close();
  // numpy.save("half.npy", numpy.array([[1, 0], [0.6, 0.8], [0, 1]], dtype="<f2"))
  const header = "{'descr': '<f2', 'fortran_order': False, 'shape': (3, 2), }".padEnd(117);
  const bits = Uint16Array.of(0x3c00, 0, 0x38cd, 0x3a66, 0, 0x3c00);
  writeFileSync(
    file("half.npy"),
    Buffer.concat([
      Buffer.from("\u0093NUMPY\u0001\u0000\u0076\u0000", "latin1"),
      Buffer.from(`${header}\n`, "latin1"),
      Buffer.from(bits.buffer),
    ]),
  );
});

function pairsOf(name: string): unknown[] {
  return readFileSync(file(name), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
}

describe("megapairs mine --vectors", () => {
  it("writes one line for each pair, in the order of the rows", async () => {
    const args = ["mine", "--vectors", file("clip.npy"), "--vectors", `D=${file("dino.npy")}`];
    const out = file("pairs.jsonl");
    const { code, stdout, stderr } = await runCli([
      ...args,
      "--ids",
      file("ids.txt"),
      "--out",
      out,
      "--json",
    ]);
    expect(stderr).not.toContain("megapairs:");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ out, images: 5, counts: { pairs: 8 } });
    const pairs = pairsOf("pairs.jsonl");
    expect(pairs.map((pair) => Object.keys(Object(pair)))).toEqual(
      pairs.map(() => ["query", "target", "relations", "hardNegatives"]),
    );
    expect(pairs[0]).toEqual({
      query: "tree",
      target: "boat",
      relations: [{ relation: "clip", score: expect.closeTo(0.9397, 4), rank: 1 }],
      hardNegatives: ["tree", "lamp"],
    });
    expect(pairs.map((pair) => Object(pair).query)).toEqual(
      pairs
        .map((pair) => String(Object(pair).query))
        .toSorted((a, b) => ids.indexOf(a) - ids.indexOf(b)),
    );
  });

  it("takes row numbers for ids, float16, --normalise, and caps", async () => {
    const half = ["mine", "-v", file("half.npy"), "--band", "0.5,0.9", "--out", file("half.jsonl")];
    expect((await runCli(half)).code).toBe(0);
    expect(pairsOf("half.jsonl")).toHaveLength(4);
    expect(pairsOf("half.jsonl")[0]).toMatchObject({ query: "0", target: "1" });
    const long = ["mine", "-v", file("long.npy"), "--normalise", "--targets", "1", "--k", "1"];
    const { code, stdout } = await runCli([...long, "--out", file("long.jsonl")]);
    expect(code).toBe(0);
    expect(stdout).toContain("long: 4 neighbours, 1 images without, 2 near duplicates");
    expect(pairsOf("long.jsonl").length).toBeLessThanOrEqual(4);
  });

  it.each([
    [["-v", "missing.npy"], /there is no file missing\.npy/],
    [["-v", "nan.npy"], /nan\.npy, row 1, column 0: found NaN, expected a finite number/],
    [["-v", "zero.npy", "--normalise"], /zero\.npy, row 1 is all zeros/],
    [["-v", "long.npy"], /long\.npy, row 0 has norm 3, expected 1: give --normalise/],
    [["-v", "clip.npy", "-v", "four.npy"], /four\.npy has 4 rows and clip\.npy has 5/],
    [["-v", "clip.npy", "-v", "clip.npy"], /The relations are \[clip, clip\]/],
    [["-v", "clip.npy", "--ids", "four.txt"], /four\.txt has 4 ids, expected 5/],
    [["-v", "clip.npy", "--ids", "twice.txt"], /twice\.txt, line 4 repeats the id a of line 1/],
    [["-v", "clip.npy", "--ids", "gap.txt"], /gap\.txt, line 2 is empty/],
    [["-v", "clip.npy", "--ids", "none.txt"], /Cannot read the ids/],
    [["-v", "clip.npy", "--band", "Q=0.1,0.2"], /there is no relation Q, only clip/],
    [["-v", "clip.npy", "--band", "0.9"], /--band 0\.9: expected two numbers/],
    [["-v", "clip.npy", "--band", "0.999,0.9995"], /No pairs\. The band .* caught nothing/],
    [["-v", "clip.npy", "--redo", "mine"], /--redo goes with a run/],
    [["-v", "clip.npy", "some-run"], /either a run directory or --vectors/],
    [["some-run", "--ids", "ids.txt"], /--ids goes with --vectors/],
    [[], /either a run directory or --vectors/],
  ])("refuses %j", async (args, message) => {
    const out = args.includes("some-run") ? [] : ["--out", "bad.jsonl"];
    const { code, stderr } = await runCli(["mine", ...args, ...out], { cwd: directory });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(() => readFileSync(file("bad.jsonl"))).toThrow("ENOENT");
  });
});
