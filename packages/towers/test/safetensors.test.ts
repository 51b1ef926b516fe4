import { mkdirSync, readFileSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSafetensors, readSafetensorsHeader, writeSafetensors } from "@megapairs/towers";
import type { Weight } from "@megapairs/towers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PYTHON_REASON, python, runPython } from "./python.ts";
import reference from "./reference/safetensors.json" with { type: "json" };
import { scratchFolder } from "./scratch-folder.ts";

const folder = scratchFolder();
const floats = (bits: readonly number[]): Float32Array =>
  new Float32Array(Uint32Array.from(bits).buffer);
const bitsOf = ({ data }: Weight): number[] => [
  ...new Uint32Array(data.buffer, data.byteOffset, data.length),
];
const place = (name: string, bytes: Uint8Array): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const bytesOf = (base64: string): Buffer => Buffer.from(base64, "base64");

/** A file with this header, well-formed or not, and so many bytes of data. */
function forge(header: string | object, dataBytes = 0, length?: bigint): Uint8Array {
  const json = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([prefix, json, Buffer.alloc(dataBytes)]);
}

const one = (from: number, to: number, shape = [(to - from) / 4]): object => ({
  dtype: "F32",
  shape,
  data_offsets: [from, to],
});

describe("readSafetensors", () => {
  it.each(Object.entries(reference.files))("reads %s as torch does", async (name, file) => {
    const path = place(`${name}.safetensors`, bytesOf(file.base64));
    const { weights, metadata, others } = await readSafetensors(path);
    const found = [...weights].map(
      ([key, weight]) => [key, { dims: weight.dims, bits: bitsOf(weight) }] as const,
    );
    expect(Object.fromEntries(found)).toEqual(file.tensors);
    expect(metadata).toEqual(name === "mixed" || name === "bare" ? {} : { format: "pt" });
    expect(others.map(({ name: other, dataType }) => [other, dataType])).toEqual(
      name === "mixed"
        ? [
            ["ids", "I64"],
            ["flags", "BOOL"],
          ]
        : [],
    );
  });

  it("reads what is asked for, into memory that threads share", async () => {
    const path = place("shared.safetensors", bytesOf(reference.files.mixed.base64));
    const select = (name: string): boolean => name !== "f32";
    const { weights } = await readSafetensors(path, { shared: true, select });
    expect([...weights.keys()].toSorted()).toEqual(["bf16", "f16"]);
    for (const { data } of weights.values()) expect(data.buffer).toBeInstanceOf(SharedArrayBuffer);
    await expect(
      readSafetensors(path, { signal: AbortSignal.abort(new Error("enough")) }),
    ).rejects.toThrow("enough");
  });

  it("reads behind 4 GB", async () => {
    const big = 4_500_000_000;
    const header = forge({ big: one(0, big), last: one(big, big + 8) });
    const path = place("big.safetensors", header);
    truncateSync(path, header.length + big + 8); // a hole: it takes no room on the disk
    const { tensors } = await readSafetensorsHeader(path);
    const { weights } = await readSafetensors(path, { select: (name) => name === "last" });
    expect(weights).toEqual(new Map([["last", { dims: [2], data: new Float32Array(2) }]]));
    expect(tensors.map(({ name, length }) => [name, length])).toEqual([
      ["big", big],
      ["last", 8],
    ]);
  });

  it.each([
    ["nothing", new Uint8Array(0), "of 0 bytes, 0 are said to be its header"],
    ["a header longer than the file", forge({}, 0, 3n), "of 10 bytes, 3 are said"],
    ["a header over 100 MB", forge("{}", 0, 100_000_001n), "100000001 are said to be its header"],
    ["a header of 2^63 bytes", forge("{}", 0, 2n ** 63n), "9223372036854776000 are said"],
    ["a header that is no JSON", forge("{]"), "its header of 2 bytes is no JSON"],
    ["a header that is no UTF-8", forge("{}\u00ff", 0, 3n), "its header of 3 bytes is no JSON"],
    ["a list", forge("[]"), "its header is [], expected an object"],
    ["a tensor of another form", forge({ w: { dtype: "F32", shape: [1] } }), '"w" is {"dtype"'],
    ["a negative size", forge({ w: one(0, 4, [-1]) }, 4), '"w" is {'],
    ["a size beyond numbers", forge({ w: one(0, 4, [1e300]) }, 4), '"w" is {'],
    ["metadata that is no text", forge({ __metadata__: { a: 1 } }), '"__metadata__" is {"a":1}'],
    ["a shape of another size", forge({ w: one(0, 4, [2]) }, 4), "bytes 0 to 4, expected 8 bytes"],
    ["a huge shape", forge({ w: one(0, 4, [2 ** 40, 2 ** 40]) }, 4), "bytes 0 to 4, expected 4.8"],
    ["an unknown type", forge({ w: { ...one(0, 4), dtype: "Q4" } }, 4), "Q4 [1], has bytes 0 to 4"],
    ["backward offsets", forge({ w: { ...one(0, 4), data_offsets: [4, 0] } }, 4), "bytes 4 to 0"],
    ["overlapping data", forge({ a: one(0, 8), b: one(4, 12) }, 12), '"b" begins at byte 4'],
    ["a gap", forge({ a: one(0, 4), b: one(8, 12) }, 12), '"b" begins at byte 8 of the data'],
    ["data beyond the file", forge({ a: one(0, 8) }, 4), "8 bytes of data, found 4"],
    ["bytes after the data", forge({ a: one(0, 4) }, 8), "4 bytes of data, found 8"],
    [
      "a name twice",
      forge(`{"\\u0061": ${JSON.stringify(one(0, 4))}, "a": ${JSON.stringify(one(0, 4))}}`, 4),
      'two tensors called "a"',
    ],
    ["__proto__", forge(`{"__proto__": ${JSON.stringify(one(0, 4))}}`, 4), '"__proto__" is {'],
  ])("refuses %s", async (_name, bytes, message) => {
    const path = place("hostile.safetensors", bytes);
    await expect(readSafetensors(path)).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining(message) as string,
    });
  });

  it("refuses a file cut at any byte", async () => {
    const whole = bytesOf(reference.files.bare.base64);
    for (let length = 0; length < whole.length; length += 1) {
      const path = place("cut.safetensors", whole.subarray(0, length));
      await expect(readSafetensors(path)).rejects.toMatchObject({ code: "corrupt-data" });
    }
  });

  it("reads any header or refuses it", async () => {
    const valid = bytesOf(reference.files.float32.base64);
    await fc.assert(
      fc.asyncProperty(fc.nat(400), fc.nat(255), async (at, byte) => {
        const path = place("bent.safetensors", valid.with(at % valid.length, byte));
        const problem: unknown = await readSafetensors(path).catch((error: unknown) => error);
        expect(problem instanceof Error ? problem : { code: "corrupt-data" }).toMatchObject({
          code: "corrupt-data",
        });
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("says which file is not there", async () => {
    await expect(readSafetensors(join(folder, "none"))).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringContaining(join(folder, "none")) as string,
    });
  });
});

describe("several files with an index", () => {
  const index = (map: unknown): string =>
    place("model.safetensors.index.json", Buffer.from(JSON.stringify({ weight_map: map })));

  it("are read as one", async () => {
    const { mixed, bare } = reference.files;
    place("model-1.safetensors", bytesOf(mixed.base64));
    place("model-2.safetensors", bytesOf(bare.base64));
    const file = index({
      f32: "model-1.safetensors",
      w: "model-2.safetensors",
      ids: "model-1.safetensors",
    });
    const { weights, others } = await readSafetensors(file);
    expect([...weights.keys()]).toEqual(["f32", "w"]);
    expect(others.map(({ name }) => name)).toEqual(["ids"]);
    expect((await readSafetensors(file, { select: (name) => name === "w" })).weights.size).toBe(1);
  });

  it.each([
    [{ w: "../model-2.safetensors" }, 'puts "w" in "../model-2.safetensors"'],
    [{ w: "/etc/model.safetensors" }, "expected a .safetensors file in its own folder"],
    [{ w: "deeper/model-2.safetensors" }, "in its own folder"],
    [{ w: "..\\model-2.safetensors" }, "in its own folder"],
    [{ w: "config.json" }, "expected a .safetensors file"],
    [{ x: "model-2.safetensors" }, 'expects "x" in'],
    [{ w: 1 }, "is no index"],
  ])("refuses %j", async (map, message) => {
    place("model-2.safetensors", bytesOf(reference.files.bare.base64));
    await expect(readSafetensors(index(map))).rejects.toMatchObject({
      code: "corrupt-data",
      message: expect.stringContaining(message) as string,
    });
  });
});

describe("writeSafetensors", () => {
  const weights = new Map(
    Object.entries(reference.files.float32.tensors)
      .toReversed()
      .map(([name, { dims, bits }]) => [name, { dims, data: floats(bits) }]),
  );

  it.each([
    ["F32", reference.files.float32],
    ["F16", reference.files.float16],
    ["BF16", reference.files.bfloat16],
  ] as const)("writes the bytes that Python's safetensors writes in %s", async (dataType, file) => {
    const path = join(folder, `own-${dataType}.safetensors`);
    await writeSafetensors(path, weights, { dataType, metadata: { format: "pt" } });
    expect(readFileSync(path).equals(bytesOf(file.base64))).toBe(true);
  });

  it("rounds half floats as torch does", async () => {
    const { float32, float16, bfloat16 } = reference.rounding;
    const values = new Map([["v", { dims: [float32.length], data: floats(float32) }]]);
    for (const [dataType, expected] of [
      ["F16", float16],
      ["BF16", bfloat16],
    ] as const) {
      const path = join(folder, "rounded.safetensors");
      await writeSafetensors(path, values, { dataType });
      const { offset, length } = (await readSafetensorsHeader(path)).tensors[0]!;
      const bytes = Uint8Array.from(readFileSync(path).subarray(offset, offset + length));
      expect([...new Uint16Array(bytes.buffer)]).toEqual(expected);
    }
  });

  it("keeps NaN, and every half float, in a round trip", async () => {
    const path = join(folder, "nan.safetensors");
    const nan = floats([0x7fc00000, 0x7f800001, 0xffc00000]);
    const all = Uint16Array.from({ length: 65_536 }, (_, bits) => bits);
    for (const dataType of ["F16", "BF16"] as const) {
      await writeSafetensors(path, new Map([["n", { dims: [3], data: nan }]]), { dataType });
      expect([...(await readSafetensors(path)).weights.get("n")!.data]).toEqual([NaN, NaN, NaN]);
      const header = { all: { dtype: dataType, shape: [65_536], data_offsets: [0, 131_072] } };
      const before = Buffer.concat([forge(header), Buffer.from(all.buffer)]);
      const { weights: read } = await readSafetensors(place("all.safetensors", before));
      await writeSafetensors(path, read, { dataType });
      const after = new Uint16Array(Uint8Array.from(readFileSync(path).subarray(-131_072)).buffer);
      const isNaN = (bits: number): boolean =>
        dataType === "F16" ? (bits & 0x7fff) > 0x7c00 : (bits & 0x7fff) > 0x7f80;
      expect(after.every((bits, index) => bits === index || (isNaN(bits) && isNaN(index)))).toBe(
        true,
      );
    }
  });

  it("writes views and shared memory, and reads the same back", async () => {
    const path = join(folder, "round.safetensors");
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => !name.startsWith("__")),
          fc.float32Array({ noNaN: true, maxLength: 9 }),
          { maxKeys: 4 },
        ),
        async (arrays) => {
          const given = Object.entries(arrays).map(([name, array]) => {
            const data = new Float32Array(new SharedArrayBuffer(4 * array.length + 8)).subarray(1);
            data.set(array);
            return [name, { dims: [array.length], data: data.subarray(0, array.length) }] as const;
          });
          await writeSafetensors(path, new Map(given));
          const { weights: read } = await readSafetensors(path);
          expect(new Map([...read].map(([name, { data }]) => [name, [...data]]))).toEqual(
            new Map(given.map(([name, { data }]) => [name, [...data]])),
          );
        },
      ),
      { seed: 2, numRuns: 60 },
    );
  });

  it("refuses what does not fit, and leaves the old file", async () => {
    const path = join(folder, "kept.safetensors");
    await writeSafetensors(path, weights);
    const before = readFileSync(path);
    for (const [name, dims] of [
      ["w", [2]],
      ["__metadata__", [1]],
      ["__proto__", [1]],
    ] as const) {
      await expect(
        writeSafetensors(path, new Map([[name, { dims, data: new Float32Array(1) }]])),
      ).rejects.toMatchObject({ code: "invalid-argument" });
    }
    const taken = join(folder, "a-folder");
    mkdirSync(taken);
    await expect(writeSafetensors(taken, weights)).rejects.toThrow("a-folder");
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });
});

describe.skipIf(python === undefined)(`Python's safetensors (${PYTHON_REASON})`, () => {
  it("reads what is written here", async () => {
    const data = Float32Array.from({ length: 3_000_001 }, (_, index) => Math.sin(index));
    const paths = ["F32", "F16", "BF16"].map((type) =>
      join(folder, `for-python-${type}.safetensors`),
    );
    for (const [index, dataType] of (["F32", "F16", "BF16"] as const).entries()) {
      const weights = new Map([["x", { dims: [3_000_001, 1], data }]]);
      await writeSafetensors(paths[index]!, weights, { dataType });
    }
    const read = runPython(
      `import sys, json, torch
from safetensors.torch import load_file
found = []
for path in sys.argv[1:]:
    x = load_file(path)["x"]
    expected = torch.arange(3000001, dtype=torch.float64).sin().float().to(x.dtype)
    differing = (x.flatten() != expected).sum().item()
    found.append([str(x.dtype), list(x.shape), differing < 10])
print(json.dumps(found))`,
      ...paths,
    );
    expect(read).toEqual([
      ["torch.float32", [3_000_001, 1], true],
      ["torch.float16", [3_000_001, 1], true],
      ["torch.bfloat16", [3_000_001, 1], true],
    ]);
  }, 60_000);
});
