import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { describeShardStoreConformance } from "@megapairs/conformance";
import { openRunDatabase } from "@megapairs/dataset";

import { collect, imageRow } from "../fixtures/records.ts";

describeShardStoreConformance("openRunDatabase", {
  table: "images",
  key: "id",
  row: (index) => ({ ...imageRow(index) }),
  async create() {
    const directory = await mkdtemp(path.join(tmpdir(), "megapairs-store-"));
    const store = await openRunDatabase(directory);
    return {
      store,
      readRows: async () => (await collect(store.readImages())).map((image) => ({ ...image })),
      async close() {
        store.close();
        await rm(directory, { recursive: true });
      },
    };
  },
});
