/**
 * Writes the feature statistics that the scenes encoders have baked in:
 * `node --conditions=@megapairs/source test/reference/make-feature-statistics.ts`
 */
import { writeFile } from "node:fs/promises";
import { featureStatistics } from "./feature-statistics.ts";

for (const kind of ["colour", "pattern"] as const) {
  const statistics = await featureStatistics(kind);
  const file = new URL(`../../src/data/${kind}-statistics.json`, import.meta.url);
  await writeFile(file, `${JSON.stringify(statistics)}\n`);
}
