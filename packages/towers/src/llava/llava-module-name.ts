/**
 * What transformers 5 calls a module of LLaVA, from its name in checkpoints: adapters for peft are
 * named by it.
 */
export function llavaModuleName(module: string): string {
  return module
    .replace(/^language_model\.lm_head/, "lm_head")
    .replace(/^language_model\.model\./, "model.language_model.")
    .replace(/^vision_tower\.vision_model\./, "model.vision_tower.")
    .replace(/^multi_modal_projector\./, "model.multi_modal_projector.");
}
