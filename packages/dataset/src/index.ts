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
export {
  embeddingTableName,
  nearDuplicateTableName,
  neighbourTableName,
} from "./store/table-schema.ts";
export type { CorpusSettings } from "./corpus/corpus-settings.ts";
export { openFolderCorpus } from "./corpus/folder-corpus.ts";
export type { FolderCorpusSettings } from "./corpus/folder-corpus.ts";
export { openJsonLinesCorpus } from "./corpus/json-lines-corpus.ts";
export type { JsonLinesCorpusSettings } from "./corpus/json-lines-corpus.ts";
export { openCorpus } from "./corpus/open-corpus.ts";
export { openTarCorpus } from "./corpus/tar-corpus.ts";
export type { TarCorpusSettings } from "./corpus/tar-corpus.ts";
