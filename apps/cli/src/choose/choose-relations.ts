import type { Relation } from "../stages/relation.ts";
import type { RunConfig } from "../config/run-config.ts";
import { chooseEncoder } from "./choose-encoder.ts";

/** The relations that settings name, each with its encoder loaded, in ascending name order. */
export async function chooseRelations(config: RunConfig["relations"]): Promise<Relation[]> {
  const relations: Relation[] = [];
  for (const name of Object.keys(config).toSorted()) {
    const { encoder, input, band, neighbours, nearDuplicates } = config[name]!;
    const loaded = await chooseEncoder(encoder, input === "caption" ? "text" : "image");
    relations.push({
      name,
      encoder: loaded,
      input,
      band: asBand(band),
      neighbours,
      nearDuplicates,
    });
  }
  return relations;
}

/** A band of settings as relations have it. */
export function asBand(band: RunConfig["relations"][string]["band"]): Relation["band"] {
  if ("quantiles" in band) return band;
  const [lower, upper] = band;
  return { lower, upper };
}
