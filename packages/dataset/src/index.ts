export { openRunDatabase } from "./store/run-database.ts";
export type { OpenRunDatabaseOptions, RunDatabase } from "./store/run-database.ts";
export type { DamagedShard } from "./store/integrity.ts";
export type {
  ImageRow,
  ReadImagesOptions,
  ReadOptions,
  StoredImage,
  StoredImageWithBytes,
  StoredReject,
  StoredStage,
} from "./store/read-options.ts";
export { embeddingTableName, neighbourTableName } from "./store/table-schema.ts";
