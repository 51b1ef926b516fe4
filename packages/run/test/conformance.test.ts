import { describeEngineConformance, describeShardStoreConformance } from "@megapairs/conformance";
import { createLocalEngine } from "@megapairs/run";

import { createMemoryShardStore } from "./memory-shard-store.ts";

describeEngineConformance("local engine", {
  create: () => createLocalEngine({ sleep: async () => undefined }),
});

describeEngineConformance("local engine, several tasks at once", {
  create: () => createLocalEngine({ concurrency: { cpu: 3 }, sleep: async () => undefined }),
});

describeShardStoreConformance("memory store of these tests", {
  async create() {
    const store = createMemoryShardStore();
    return { store, readRows: async (table) => store.rows(table) };
  },
  table: "squares",
  key: "value",
  row: (index) => ({ value: index, square: index * index }),
});
