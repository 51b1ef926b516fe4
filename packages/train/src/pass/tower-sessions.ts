import { createInPlaceModel } from "@megapairs/onnx";
import type { OnnxModelDefinition, OnnxTensor } from "@megapairs/onnx";
import type { Tower } from "@megapairs/towers";
import { towerBackwardGraph } from "../graph/tower-backward-graph.ts";
import { sharedTensor } from "../memory/shared-tensor.ts";
import type { CachedPassSettings } from "./create-cached-pass.ts";

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
  const weights = weightsOf(tower.model);
  const trained = tower.weightNames.filter((name) => memory.gradients.has(name));
  if (trained.length === 0) {
    return { forward: runForward, dispose: () => forward.dispose() };
  }
  const definition = towerBackwardGraph({
    tower,
    trained,
    dimensions: sizes,
    recompute: recompute ? (tower.blocks ?? []).slice(0, -1) : [],
  });
  const backward = await createInPlaceModel({ definition, ...session });
  const before: Record<string, OnnxTensor> = {};
  const after: Record<string, OnnxTensor> = { loss: sharedTensor([]) };
  for (const name of trained) {
    const gradient = memory.gradients.get(name)!;
    before[`${name}.gradient.before`] = gradient;
    after[`${name}.gradient`] = gradient;
  }
  return {
    forward: runForward,
    async backward(feeds, gradient, signal) {
      const inputs = { ...weights, ...before, ...feeds, "features.gradient": gradient };
      await backward.run(inputs, after, { signal });
    },
    async dispose() {
      await Promise.all([forward.dispose(), backward.dispose()]);
    },
  };

  async function runForward(...[feeds, features, signal]: Parameters<TowerRun>): Promise<void> {
    await forward.run({ ...weights, ...feeds }, { [tower.output]: features }, { signal });
  }

  function weightsOf({ inputs }: OnnxModelDefinition): Record<string, OnnxTensor> {
    const found = inputs.flatMap(({ name }) => {
      const weight = memory.weights.get(name);
      return weight === undefined ? [] : [[name, weight] as const];
    });
    return Object.fromEntries(found);
  }
}
