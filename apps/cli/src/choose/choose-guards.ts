import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { MegaPairsError } from "@megapairs/spec";
import type { RunConfig } from "../config/run-config.ts";
import { seesCopies } from "../stages/relation.ts";
import type { Guard, VectorGuard } from "../stages/guard.ts";
import { chooseCorpus } from "./choose-corpus.ts";

/**
 * The evaluation sets that settings name, opened. `invalid-argument` where one holds no images, vectors
 * are of a relation that the run does not have, or cannot be read.
 */
export async function chooseGuards(config: RunConfig): Promise<Guard[]> {
  const { guard, relations, seed, maxBytes } = config;
  const guards: Guard[] = [];
  for (const [place, set] of guard.entries()) {
    const number = String(place);
    const { threshold } = set;
    if ("images" in set) {
      if (!Object.values(relations).some((one) => one.input === "image" && seesCopies(one))) {
        throw new MegaPairsError(
          "invalid-argument",
          `guard.${number}.images: no relation by image sees copies, expected one without nearDuplicates: ignore.`,
        );
      }
      guards.push({
        number,
        corpus: await chooseCorpus(set.images, { seed, maxBytes }),
        threshold,
      });
      continue;
    }
    const unknown = Object.keys(set.vectors).find((name) => relations[name] === undefined);
    if (unknown !== undefined) {
      throw new MegaPairsError(
        "invalid-argument",
        `guard.${number}.vectors: there is no relation ${unknown}, only ${Object.keys(relations).join(", ")}.`,
      );
    }
    const vectors: Record<string, VectorGuard["vectors"][string]> = {};
    for (const [name, file] of Object.entries(set.vectors)) {
      vectors[name] = { file, sha256: await hashOf(file) };
    }
    guards.push({ number, vectors, threshold });
  }
  return guards;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash);
  } catch (cause) {
    throw new MegaPairsError("invalid-argument", `Cannot read the guard's vectors ${file}.`, {
      cause,
    });
  }
  return hash.digest("hex");
}
