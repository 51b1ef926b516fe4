import { createHash } from "node:crypto";
import { parentPort, workerData } from "node:worker_threads";

import { decodeImage, preprocess } from "@megapairs/image";
import { MegaPairsError } from "@megapairs/spec";
import type { ImageSource } from "@megapairs/spec";

import type {
  PixelReply,
  PixelRequest,
  PixelWorkerSettings,
  PreparedPicture,
} from "./pixel-messages.ts";
import { withoutNormalization } from "./pixel-normalizer.ts";

const port = parentPort;
if (port === null) throw new Error("pixel-worker runs in a worker thread only");

const settings: PixelWorkerSettings = workerData;
const preprocessing = withoutNormalization(settings.preprocessing);
const working = new Set<Promise<void>>();

port.on("message", (request: PixelRequest) => {
  if (request.type === "close") {
    void Promise.all(working).then(() => port.close());
    return;
  }
  const work = answer(request.id, request.source).finally(() => working.delete(work));
  working.add(work);
});

async function answer(id: number, source: ImageSource): Promise<void> {
  try {
    const picture = await prepare(source);
    const { buffer } = picture.pixels;
    const moved = buffer instanceof ArrayBuffer ? [buffer] : [];
    port?.postMessage({ type: "prepared", id, picture } satisfies PixelReply, moved);
  } catch (error) {
    const code = MegaPairsError.isInstance(error) ? error.code : "unavailable";
    const message = error instanceof Error ? error.message : String(error);
    port?.postMessage({ type: "failure", id, code, message } satisfies PixelReply);
  }
}

async function prepare(source: ImageSource): Promise<PreparedPicture> {
  const hash = createHash("sha256");
  if (source.type === "bytes") hash.update(source.bytes);
  else hash.update(`${source.width} x ${source.height} pixels\n`).update(source.data);
  const { limits } = settings;
  const decoded = source.type === "bytes" ? await decodeImage(source.bytes, { limits }) : source;
  const pixels = new Uint8Array(preprocess(decoded, preprocessing)); // [3, height, width]
  return { digest: hash.digest("hex"), pixels };
}
