import { inflateSync } from "node:zlib";
import { MegaPairsError } from "@megapairs/spec";
import type { ImagePixels } from "@megapairs/spec";

const CHANNELS: ReadonlyMap<number, number> = new Map([
  [2, 3],
  [6, 4],
]);

function corrupt(found: string, cause?: unknown): MegaPairsError {
  return new MegaPairsError("corrupt-data", `${found}; expected an 8-bit RGB or RGBA PNG.`, {
    cause,
  });
}

interface PngChunks {
  readonly header: Buffer;
  readonly data: Buffer;
}

function readChunks(file: Buffer): PngChunks {
  if (file.length < 33 || file.toString("latin1", 1, 4) !== "PNG") {
    throw corrupt(`${file.length} bytes without a PNG signature`);
  }
  const data: Buffer[] = [];
  let at = 8;
  let type = "";
  while (type !== "IEND") {
    if (at + 12 > file.length) throw corrupt(`a PNG cut off after ${file.length} bytes`);
    const length = file.readUInt32BE(at);
    type = file.toString("latin1", at + 4, at + 8);
    if (at + 12 + length > file.length) throw corrupt(`a PNG cut off in its ${type} chunk`);
    if (type === "IDAT") data.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return { header: file.subarray(16, 29), data: Buffer.concat(data) };
}

function predict(filter: number, left: number, up: number, corner: number): number {
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value));
  if (toLeft! <= toUp! && toLeft! <= toCorner!) return left;
  return toUp! <= toCorner! ? up : corner;
}

function unfilter(rows: Buffer, stride: number, height: number, channels: number): Uint8Array {
  const out = new Uint8Array(stride * height);
  for (let y = 0; y < height; y++) {
    const filter = rows[y * (stride + 1)] ?? 0;
    if (filter > 4) throw corrupt(`PNG filter ${filter}`);
    for (let x = 0; x < stride; x++) {
      const at = y * stride + x;
      const left = x < channels ? 0 : (out[at - channels] ?? 0);
      const up = y === 0 ? 0 : (out[at - stride] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (out[at - stride - channels] ?? 0);
      out[at] = (rows[y * (stride + 1) + 1 + x] ?? 0) + predict(filter, left, up, corner);
    }
  }
  return out;
}

/**
 * The pixels of a PNG file: what the fakes need of an image library. Alpha is dropped.
 *
 * Throws `corrupt-data` on anything but a whole, 8-bit, non-interlaced RGB or RGBA PNG.
 */
export function decodePng(bytes: Uint8Array): ImagePixels {
  const { header, data } = readChunks(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const channels = CHANNELS.get(header[9] ?? 0);
  if (channels === undefined || header[8] !== 8 || header[12] !== 0) {
    throw corrupt(`a PNG of colour type ${header[9]}, depth ${header[8]}, interlace ${header[12]}`);
  }
  const size = (width * channels + 1) * height;
  let rows: Buffer;
  try {
    rows = inflateSync(data, { maxOutputLength: Math.max(1, size) });
  } catch (cause) {
    throw corrupt("PNG data that does not inflate to its stated size", cause);
  }
  if (rows.length !== size) throw corrupt(`${rows.length} bytes of pixel rows instead of ${size}`);
  const samples = unfilter(rows, width * channels, height, channels);
  if (channels === 3) return { type: "pixels", data: samples, width, height };
  const rgb = samples.filter((_, index) => index % 4 !== 3);
  return { type: "pixels", data: rgb, width, height };
}
