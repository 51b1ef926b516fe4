import { createInPlaceModel } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import { contrastiveLossGraph } from "../graph/contrastive-loss-graph.ts";
import { wholeGraph } from "../graph/whole-graph.ts";
import { sharedTensor } from "../memory/shared-tensor.ts";
import { layOutFeatures, lossFeeds } from "./feature-layout.ts";
import type { GradientPass, GradientPassSettings } from "./gradient-pass.ts";
import { gradientSums, weightFeeds } from "./session-state.ts";
import { towerFeeds } from "./tower-feeds.ts";

/**
 * Towers, loss and backward pass as one graph: the fastest where a whole batch fits into memory, for
 * nothing is computed twice.
 */
export async function createWholePass(settings: GradientPassSettings): Promise<GradientPass> {
  const { memory, capacity, direction, temperature, dimensions, recompute, session } = settings;
  const towers = settings.towers.filter(({ name }) => (capacity.rows[name] ?? 0) > 0);
  const layout = layOutFeatures(towers, capacity.rows);
  const { queries, candidates } = capacity;
  const loss = contrastiveLossGraph({
    rows: layout.rows,
    dimensions: towers[0]?.dimensions ?? 0,
    queries,
    candidates,
    temperature,
    direction,
  });
  const trained = memory.trained.map(({ name }) => name);
  const definition = wholeGraph({
    towers,
    loss,
    trained,
    rows: capacity.rows,
    dimensions,
    recompute,
  });
  const model = await createInPlaceModel({ definition, ...session });
  const scalars = { loss: sharedTensor([]), accuracy: sharedTensor([]) };
  const { before, after } = gradientSums(memory, trained);
  const state = { ...before, ...weightFeeds(memory, definition) };
  const into = { ...after, ...scalars };

  return {
    async run(batch, signal) {
      const feeds: Record<string, OnnxTensor> = {
        ...state,
        ...lossFeeds(batch, layout, capacity, direction),
      };
      for (const tower of towers) {
        const length = capacity.rows[tower.name] ?? 0;
        const range = { start: 0, count: batch.rows[tower.name] ?? 0, length };
        const inputs = towerFeeds(tower, batch.inputs[tower.name] ?? {}, range, settings.normalize);
        for (const [name, tensor] of Object.entries(inputs))
          feeds[`${tower.name}/${name}`] = tensor;
      }
      await model.run(feeds, into, { signal });
      return { loss: Number(scalars.loss.data[0]), accuracy: Number(scalars.accuracy.data[0]) };
    },
    dispose: () => model.dispose(),
  };
}
