import path from "node:path";

import { openRunDatabase } from "@megapairs/dataset";
import type { PairRecord } from "@megapairs/spec";
import * as fc from "fast-check";
import { expect, test } from "vitest";

import { collect } from "../fixtures/records.ts";
import { temporaryDirectory } from "../fixtures/temporary-directory.ts";

const root = await temporaryDirectory();
const text = fc.string({ unit: "binary", maxLength: 12 });
const score = fc.double({ noNaN: true, noDefaultInfinity: true });
const pairs = fc.uniqueArray(
  fc.record<PairRecord>({
    id: text,
    queryId: text,
    targetId: text,
    evidence: fc.array(fc.record({ relation: text, score, rank: fc.integer() }), { maxLength: 3 }),
    hardNegativeIds: fc.array(text, { maxLength: 4 }),
  }),
  { selector: (pair) => JSON.stringify([pair.queryId, pair.targetId]), maxLength: 20 },
);

test("any pairs, cut into any shards committed in any order, come back sorted and equal", async () => {
  let count = 0;
  await fc.assert(
    fc.asyncProperty(
      pairs,
      fc.integer({ min: 1, max: 5 }),
      fc.nat(),
      async (records, shards, turn) => {
        const database = await openRunDatabase(path.join(root, String((count += 1))));
        for (let step = 0; step < shards; step += 1) {
          const shard = (step + turn) % shards;
          const rows = records.filter((_, index) => index % shards === shard);
          await database.commit({
            stage: "mine",
            identity: "mine",
            shard: String(shard),
            tables: { pairs: rows.map((row) => ({ ...row })) },
            rejects: [],
          });
        }
        const key = ({ queryId, targetId }: PairRecord): readonly [string, string] => [
          queryId,
          targetId,
        ];
        const sorted = records.toSorted((left, right) => {
          const [a, b] = [key(left), key(right)];
          if (a[0] !== b[0]) return a[0] < b[0] ? -1 : 1;
          return a[1] < b[1] ? -1 : 1;
        });
        expect(await collect(database.readPairs())).toEqual(sorted);
        expect(await database.verify()).toEqual([]);
        database.close();
      },
    ),
    { numRuns: 25, seed: 7 },
  );
});
