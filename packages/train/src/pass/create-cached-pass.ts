import { differentiate } from "@megapairs/autograd";
import { createInPlaceModel, createOnnxTensor } from "@megapairs/onnx";
import type { InPlaceModel, OnnxTensor } from "@megapairs/onnx";
import type { TrainingBatch } from "../data/training-batch.ts";
import { contrastiveLossGraph } from "../graph/contrastive-loss-graph.ts";
import { sharedFloats, sharedTensor } from "../memory/shared-tensor.ts";
import { layOutFeatures, lossFeeds } from "./feature-layout.ts";
import type { GradientPass, GradientPassSettings } from "./gradient-pass.ts";
import { LOGIT_SCALE } from "./gradient-pass.ts";
import type { RowRange } from "./tower-feeds.ts";
import { towerFeeds } from "./tower-feeds.ts";
import type { TowerSessions } from "./tower-sessions.ts";
import { openTowerSessions } from "./tower-sessions.ts";

/** Settings of {@link createCachedPass}. */
export interface CachedPassSettings extends GradientPassSettings {
  /** Rows that go through a tower at once: what decides the memory. */
  readonly chunk: number;
}

/**
 * GradCache (Gao et al., arXiv 2101.06983): the towers encode the batch chunk by chunk and forget how,
 * the loss is differentiated by the features, and each chunk is encoded again with that at hand. The
 * gradients are those of the whole batch, its memory that of one chunk, its work a third more.
 *
 * A tower without trained weights is encoded once and has no backward pass.
 */
export async function createCachedPass(settings: CachedPassSettings): Promise<GradientPass> {
  const { memory, capacity, direction, chunk } = settings;
  const towers = settings.towers.filter(({ name }) => (capacity.rows[name] ?? 0) > 0);
  const padded = Object.fromEntries(
    towers.map(({ name }) => [name, Math.ceil((capacity.rows[name] ?? 0) / chunk) * chunk]),
  );
  const layout = layOutFeatures(towers, padded);
  const width = towers[0]?.dimensions ?? 0;
  const features = sharedFloats(layout.rows * width);
  const gradients = sharedFloats(layout.rows * width);
  const sessions: TowerSessions[] = [];
  for (const tower of towers) sessions.push(await openTowerSessions(tower, settings));
  const loss = await openLoss(settings, layout.rows, width);

  const rows = (of: Float32Array, tower: number, at: number): OnnxTensor => {
    const start = (layout.towers[tower]?.start ?? 0) + at;
    return createOnnxTensor("float32", of.subarray(start * width, (start + chunk) * width), [
      chunk,
      width,
    ]);
  };
  const feedsOf = (batch: TrainingBatch, tower: number, range: RowRange): Feeds => {
    const each = towers[tower]!;
    return towerFeeds(each, batch.inputs[each.name] ?? {}, range, settings.normalize);
  };

  return {
    async run(batch, signal) {
      const chunks = towers.map(({ name }) => chunksOf(batch.rows[name] ?? 0, chunk));
      for (const [tower, { forward }] of sessions.entries()) {
        for (const range of chunks[tower] ?? []) {
          await forward(feedsOf(batch, tower, range), rows(features, tower, range.start), signal);
        }
      }
      const feeds = lossFeeds(batch, layout, capacity, direction);
      const result = await loss.run(feeds, features, gradients, signal);
      for (const [tower, { backward }] of sessions.entries()) {
        if (backward === undefined) continue;
        for (const range of chunks[tower] ?? []) {
          await backward(feedsOf(batch, tower, range), rows(gradients, tower, range.start), signal);
        }
      }
      const learned = memory.gradients.get(LOGIT_SCALE)?.data;
      if (learned instanceof Float32Array) learned[0]! += result.scaleGradient;
      return { loss: result.loss, accuracy: result.accuracy };
    },
    async dispose() {
      await Promise.all([loss.dispose(), ...sessions.map((each) => each.dispose())]);
    },
  };
}

type Feeds = Record<string, OnnxTensor>;

function chunksOf(count: number, chunk: number): RowRange[] {
  return Array.from({ length: Math.ceil(count / chunk) }, (_, index) => {
    const start = index * chunk;
    return { start, count: Math.min(chunk, count - start), length: chunk };
  });
}

/** The loss as a session of its own, from features to what it is by each of them. */
interface LossSession {
  run(
    feeds: Feeds,
    features: Float32Array,
    gradients: Float32Array,
    signal: AbortSignal | undefined,
  ): Promise<{ loss: number; accuracy: number; scaleGradient: number }>;
  dispose(): Promise<void>;
}

async function openLoss(
  { memory, capacity, temperature, direction, session }: GradientPassSettings,
  rows: number,
  dimensions: number,
): Promise<LossSession> {
  const { queries, candidates } = capacity;
  const isLearned = memory.gradients.has(LOGIT_SCALE);
  const model: InPlaceModel = await createInPlaceModel({
    definition: differentiate({
      model: contrastiveLossGraph({
        rows,
        dimensions,
        queries,
        candidates,
        temperature,
        direction,
      }),
      loss: "loss",
      outputs: ["accuracy"],
      parameters: ["features", ...(isLearned ? [LOGIT_SCALE] : [])],
    }),
    ...session,
  });
  const into = {
    loss: sharedTensor([]),
    accuracy: sharedTensor([]),
    ...(isLearned && { [`${LOGIT_SCALE}.gradient`]: sharedTensor([]) }),
  };
  const scale = memory.weights.get(LOGIT_SCALE);
  const needsScale = temperature === "learned" && scale !== undefined;
  return {
    async run(feeds, features, gradients, signal) {
      await model.run(
        {
          ...feeds,
          features: createOnnxTensor("float32", features, [rows, dimensions]),
          ...(needsScale && { [LOGIT_SCALE]: scale }),
        },
        {
          ...into,
          "features.gradient": createOnnxTensor("float32", gradients, [rows, dimensions]),
        },
        { signal },
      );
      return {
        loss: Number(into.loss.data[0]),
        accuracy: Number(into.accuracy.data[0]),
        scaleGradient: Number(into[`${LOGIT_SCALE}.gradient`]?.data[0] ?? 0),
      };
    },
    dispose: () => model.dispose(),
  };
}
