export { openRunDatabase } from "./store/run-database.ts";
export type { OpenRunDatabaseOptions, RunDatabase } from "./store/run-database.ts";
export type { SpooledEmbeddings, SpoolEmbeddingsOptions } from "./store/spool-embeddings.ts";
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
export { exportMegaPairs } from "./export/export-megapairs.ts";
export type {
  ExportMegaPairsOptions,
  ExportProgress,
  ExportResult,
} from "./export/export-megapairs.ts";
export { readMegaPairs } from "./export/read-megapairs.ts";
export type { ReadMegaPairsOptions } from "./export/read-megapairs.ts";
export type { MegaPairsLine } from "./export/megapairs-line.ts";
export { openCaptionFile } from "./samples/open-caption-file.ts";
export type { CaptionFileSettings } from "./samples/open-caption-file.ts";
export { openTripletFile } from "./samples/open-triplet-file.ts";
export type { TripletFileSettings } from "./samples/open-triplet-file.ts";
export type {
  SampleFile,
  SampleFileProgress,
  SampleFileSettings,
  StoredSample,
} from "./samples/sample-file.ts";
export type { NpyHeader } from "./npy/npy-header.ts";
export { createNpyWriter } from "./npy/npy-writer.ts";
export type { NpyWriter, NpyWriterSettings } from "./npy/npy-writer.ts";
export { createVectorScratch } from "./npy/create-vector-scratch.ts";
export type { VectorScratchSettings } from "./npy/create-vector-scratch.ts";
export { openNpy } from "./npy/open-npy.ts";
export type { NpyFile } from "./npy/open-npy.ts";
export { readNpy, readNpyHeader } from "./npy/read-npy.ts";
export type { NpyMatrix } from "./npy/read-npy.ts";
export { createFileLedger } from "./ledger/file-ledger.ts";
export type { FileLedger, FileLedgerSettings } from "./ledger/file-ledger.ts";
export type { FileLedgerEntry } from "./ledger/ledger-line.ts";
