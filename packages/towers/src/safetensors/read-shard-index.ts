import { basename, dirname, join } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import { z } from "zod";
import { readJsonFile } from "../files/read-json-file.ts";

const schema = z.object({ weight_map: z.record(z.string(), z.string()) });

/**
 * Which tensors to find in which file, by its path, of a `model.safetensors.index.json`. Rejects
 * with `corrupt-data` where it names a file that does not lie beside it.
 */
export async function readShardIndex(
  file: string,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const parsed = schema.safeParse(await readJsonFile(file));
  if (!parsed.success) {
    throw new MegaPairsError("corrupt-data", `${file} is no index of safetensors files`, {
      cause: parsed.error,
    });
  }
  const shards = new Map<string, Set<string>>();
  for (const [name, shard] of Object.entries(parsed.data.weight_map)) {
    const isBeside = shard === basename(shard) && !/[\\:]/.test(shard);
    if (!isBeside || !shard.endsWith(".safetensors") || name === "__proto__") {
      throw new MegaPairsError(
        "corrupt-data",
        `${file} puts "${name}" in "${shard}", expected a .safetensors file in its own folder`,
      );
    }
    const path = join(dirname(file), shard);
    const names = shards.get(path) ?? new Set();
    shards.set(path, names.add(name));
  }
  return shards;
}
