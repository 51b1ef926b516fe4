import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { createScenesCorpus } from "@megapairs/scenes";
import { beforeAll, expect, it } from "vitest";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const directory = temporaryDirectory();
const photos = join(directory, "photos");
const file = (name: string): string => join(photos, name);

function pngChunk(type: string, data: Uint8Array): Buffer {
  const chunk = Buffer.alloc(12 + data.length);
  chunk.writeUInt32BE(data.length, 0);
  chunk.write(type, 4, "latin1");
  chunk.set(data, 8);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 8 + data.length)), 8 + data.length);
  return chunk;
}

/** A PNG of a hundred bytes that claims 60000 x 60000 pixels. */
function bomb(): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(60_000, 0);
  header.writeUInt32BE(60_000, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk("IHDR", header),
    pngChunk("IDAT", deflateSync(Buffer.alloc(1000))),
    pngChunk("IEND", Buffer.alloc(0)),
  ]);
}

beforeAll(async () => {
  mkdirSync(photos);
  const corpus = createScenesCorpus({ images: 30, seed: 4 });
  for await (const { input } of corpus.plan({ shardSize: 64 })) {
    for await (const entry of corpus.read(input)) {
      const name = entry.path.replaceAll("/", "-");
      writeFileSync(file(name), await entry.read());
      writeFileSync(file(name.replace(/\.jpg$/, ".txt")), entry.caption ?? "");
    }
  }
  const whole = readFileSync(file("scenes-000000.jpg"));
  copyFileSync(file("scenes-000000.jpg"), file("z-duplicate.jpg"));
  writeFileSync(file("z-empty.jpg"), "");
  writeFileSync(file("z-html.jpg"), "<html>404 not found</html>");
  writeFileSync(file("z-mislabelled.png"), readFileSync(file("scenes-000001.jpg")).subarray(0));
  writeFileSync(file("z-truncated.jpg"), whole.subarray(0, Math.floor(whole.length * 0.6)));
  writeFileSync(file("z-bomb.png"), bomb());
  writeFileSync(file("z-huge.jpg"), whole);
  truncateSync(file("z-huge.jpg"), 70 * 1024 * 1024);
  writeFileSync(
    file("z-svg.jpg"),
    '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  );
  symlinkSync("/etc/passwd", file("z-link.jpg"));
});

it("lists corrupt, empty, huge, mislabelled and duplicate files with reasons, and ends well", async () => {
  const out = join(directory, "run");
  const { code, stdout, stderr } = await runCli([
    "run",
    "--images",
    photos,
    "--out",
    out,
    "--json",
  ]);
  expect(stderr).not.toContain("megapairs:");
  expect(code).toBe(0);
  const facts = JSON.parse(stdout) as {
    readonly images: number;
    readonly triplets: number;
    readonly rejects: readonly {
      readonly item: string;
      readonly code: string;
      readonly reason: string;
    }[];
  };
  const rejected = new Map(facts.rejects.map((reject) => [reject.item, reject]));
  expect(rejected.get("z-duplicate.jpg")).toMatchObject({
    code: "duplicate",
    reason: "same bytes as scenes-000000.jpg",
  });
  expect(rejected.get("z-mislabelled.png")).toMatchObject({
    code: "duplicate",
    reason: "same bytes as scenes-000001.jpg",
  });
  expect(rejected.get("z-empty.jpg")).toMatchObject({ code: "corrupt-data" });
  expect(rejected.get("z-html.jpg")).toMatchObject({ code: "corrupt-data" });
  expect(rejected.get("z-svg.jpg")?.code).toMatch(/corrupt-data|unsupported/);
  expect(rejected.get("z-bomb.png")?.reason).toMatch(/60000|3600000000|pixels/);
  expect(rejected.get("z-huge.jpg")?.reason).toMatch(/bytes|MiB/);
  expect(rejected.get("z-truncated.jpg")).toMatchObject({ code: "corrupt-data" });
  expect(facts.triplets).toBeGreaterThan(5);
  expect(facts.images).toBe(31);
}, 120_000);
