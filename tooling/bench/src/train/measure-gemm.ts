import { createOnnxModel, createOnnxTensor, encodeOnnxModel, int } from "@megapairs/onnx";
import type { OnnxNodeDefinition } from "@megapairs/onnx";
import type { TrainMeasurement, TrainWork } from "./train-work.ts";

/** [rows, in, out] of the layers of ViT-B/32 and its text tower, by picture and text. */
const LAYERS = [
  [50, 768, 768],
  [50, 768, 3072],
  [50, 3072, 768],
  [77, 512, 512],
  [77, 512, 2048],
  [77, 2048, 512],
] as const;

const ROUNDS = 4;

/**
 * The limit: the runtime's GEMM on the shapes of the layers, forwards, by the weights and by the
 * inputs, with nothing else in the graph.
 */
export async function measureGemm(work: TrainWork): Promise<TrainMeasurement> {
  const nodes: OnnxNodeDefinition[] = [];
  const feeds: Record<string, ReturnType<typeof noise>> = {};
  let flop = 0;
  for (const [layer, [tokens, from, to]] of LAYERS.entries()) {
    const rows = tokens * work.batch;
    const [x, w, dy] = [`x${layer}`, `w${layer}`, `dy${layer}`];
    Object.assign(feeds, {
      [x]: noise(rows, from),
      [w]: noise(to, from),
      [dy]: noise(rows, to),
    });
    const products = [
      [x, w, 0, 1],
      [dy, x, 1, 0],
      [dy, w, 0, 0],
    ] as const;
    for (const [index, [a, b, transA, transB]] of products.entries()) {
      const product = `product${layer}.${index}`;
      nodes.push(
        {
          op: "Gemm",
          inputs: [a, b],
          outputs: [product],
          attributes: { transA: int(transA), transB: int(transB) },
        },
        {
          op: "ReduceMax",
          inputs: [product],
          outputs: [`max${layer}.${index}`],
          attributes: { keepdims: int(0) },
        },
      );
      flop += 2 * rows * from * to;
    }
  }
  const maxima = nodes.flatMap(({ op, outputs }) => (op === "ReduceMax" ? outputs : []));
  nodes.push({ op: "Sum", inputs: maxima, outputs: ["sum"] });
  const model = await createOnnxModel({
    model: encodeOnnxModel({
      name: "products",
      opset: 18,
      inputs: Object.entries(feeds).map(([name, { dims }]) => ({
        name,
        dataType: "float32",
        shape: dims,
      })),
      outputs: [{ name: "sum", dataType: "float32", shape: [] }],
      nodes,
      initializers: [],
    }),
    threads: work.threads,
  });
  await model.run(feeds);
  const seconds: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now();
    await model.run(feeds);
    seconds.push((performance.now() - began) / 1000);
  }
  const cpu = process.cpuUsage(cpuBefore);
  await model.dispose();
  return {
    stepSeconds: seconds,
    gradientSeconds: seconds,
    cpuSeconds: (cpu.user + cpu.system) / 1e6 / ROUNDS,
    peakMiB: process.resourceUsage().maxRSS / 1024,
    loss: 0,
    gradientNorm: 0,
    gflop: flop / 1e9,
  };
}

function noise(rows: number, columns: number): ReturnType<typeof createOnnxTensor> {
  const data = new Float32Array(new SharedArrayBuffer(4 * rows * columns));
  let state = rows * columns;
  for (let at = 0; at < data.length; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    data[at] = state / 2 ** 31 - 1;
  }
  return createOnnxTensor("float32", data, [rows, columns]);
}
