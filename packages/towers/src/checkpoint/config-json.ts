/** Numbers that transformers 5 takes for floats alone: 1 must be written 1.0. */
const FLOATS = [
  "initializer_factor",
  "initializer_range",
  "layer_norm_eps",
  "rms_norm_eps",
  "rope_theta",
];

const WHOLE = new RegExp(`("(?:${FLOATS.join("|")})": -?\\d+)(?=,?\n)`, "g");

/** The text of a `config.json`, as transformers reads it. */
export function configJson(config: object): string {
  return `${JSON.stringify(config, undefined, 2)}\n`.replaceAll(WHOLE, "$1.0");
}
