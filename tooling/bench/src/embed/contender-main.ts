import type {
  Contender,
  ContenderName,
  ContenderReply,
  ContenderRequest,
  CreateContender,
  EmbedWork,
} from "./contender.ts";

const creators: Readonly<Record<ContenderName, () => Promise<CreateContender>>> = {
  megapairs: async () => (await import("./create-megapairs.ts")).createMegaPairs,
  "ready-tensors": async () => (await import("./create-ready-tensors.ts")).createReadyTensors,
  "transformers.js": async () => (await import("./create-transformers-js.ts")).createTransformersJs,
};

let loaded: { readonly contender: Contender; readonly work: EmbedWork } | undefined;
let vectors = new Float32Array(0);

process.on("message", (request: ContenderRequest) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      process.send?.({ type: "failed", message } satisfies ContenderReply);
    },
  );
});

async function answer(request: ContenderRequest): Promise<ContenderReply> {
  if (request.type === "load") {
    const create = await creators[request.name]();
    const { work } = request;
    loaded = { contender: await create(work), work };
    await loaded.contender.embed(Math.min(work.batchSize, work.files.length)); // warm up
    return { type: "loaded", facts: loaded.contender.facts };
  }
  if (request.type === "vectors") return { type: "vectors", vectors };
  if (loaded === undefined) throw new Error("nothing is loaded");
  const { contender, work } = loaded;
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  vectors = new Float32Array(await contender.embed(work.files.length));
  const seconds = (performance.now() - startedAt) / 1000;
  const cpu = process.cpuUsage(cpuBefore);
  return {
    type: "embedded",
    seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    peakMiB: process.resourceUsage().maxRSS / 1024,
  };
}
