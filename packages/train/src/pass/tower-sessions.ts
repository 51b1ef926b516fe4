import { createInPlaceModel } from "@megapairs/onnx";
import type { OnnxTensor } from "@megapairs/onnx";
import type { Tower } from "@megapairs/towers";
import { recomputedBlocks } from "../graph/recomputed-blocks.ts";
import { towerBackwardGraph } from "../graph/tower-backward-graph.ts";
import { sharedTensor } from "../memory/shared-tensor.ts";
import type { CachedPassSettings } from "./create-cached-pass.ts";
import { gradientSums, weightFeeds } from "./session-state.ts";

/** Data inputs of a chunk in; a tensor of its features, or of the loss by them, out or in. */
type TowerRun = (
  feeds: Readonly<Record<string, OnnxTensor>>,
  features: OnnxTensor,
  signal: AbortSignal | undefined,
) => Promise<void>;

/** A tower's two graphs over chunks of one size. */
export interface TowerSessions {
  /** Writes features. */
  readonly forward: TowerRun;
  /** Reads the loss by the features, and adds to the gradients; left out where nothing is trained. */
  readonly backward?: TowerRun | undefined;
  dispose(): Promise<void>;
}

/** Opens the sessions of a tower over the weights and gradients of the memory. */
export async function openTowerSessions(
  tower: Tower,
  { memory, chunk, dimensions, recompute, session }: CachedPassSettings,
): Promise<TowerSessions> {
  const sizes = { ...dimensions, batch: chunk };
  const forward = await createInPlaceModel({ definition: tower.model, ...session });
  const weights = weightFeeds(memory, tower.model);
  const trained = tower.weightNames.filter((name) => memory.gradients.has(name));
  if (trained.length === 0) {
    return { forward: runForward, dispose: () => forward.dispose() };
  }
  const definition = towerBackwardGraph({
    tower,
    trained,
    dimensions: sizes,
    recompute: recompute ? recomputedBlocks(tower) : [],
  });
  const backward = await createInPlaceModel({ definition, ...session });
  const { before, after } = gradientSums(memory, trained);
  const into = { ...after, loss: sharedTensor([]) };
  return {
    forward: runForward,
    async backward(feeds, gradient, signal) {
      const inputs = { ...weights, ...before, ...feeds, "features.gradient": gradient };
      await backward.run(inputs, into, { signal });
    },
    async dispose() {
      await Promise.all([forward.dispose(), backward.dispose()]);
    },
  };

  async function runForward(...[feeds, features, signal]: Parameters<TowerRun>): Promise<void> {
    await forward.run({ ...weights, ...feeds }, { [tower.output]: features }, { signal });
  }
}
