import { MegaPairsError } from "@megapairs/spec";

/** What every corpus of files can be told. */
export interface CorpusSettings {
  /** Largest image file, in bytes; the read of a larger one rejects. Default 64 MiB. */
  readonly maxFileBytes?: number | undefined;
  /**
   * Takes the fields `label` or `class` as the caption where there is no caption. Default false:
   * a class name is no description.
   */
  readonly classAsCaption?: boolean | undefined;
}

/** Default of {@link CorpusSettings.maxFileBytes}: far above a photograph, far below memory. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

/** Largest caption file or line, in bytes. */
export const MAX_CAPTION_BYTES: number = 64 * 2 ** 10;

/** The size limit in force. Throws `invalid-argument` unless it is a positive whole number. */
export function fileLimit({ maxFileBytes = MAX_FILE_BYTES }: CorpusSettings): number {
  if (Number.isSafeInteger(maxFileBytes) && maxFileBytes > 0) return maxFileBytes;
  throw new MegaPairsError(
    "invalid-argument",
    `maxFileBytes is ${maxFileBytes}, expected a positive whole number`,
  );
}
