export { cropPixels } from "./crop-pixels.ts";
export type { PixelRectangle } from "./crop-pixels.ts";
export { decodeImage } from "./decode-image.ts";
export type { DecodeImageOptions } from "./decode-image.ts";
export { encodeImage } from "./encode-image.ts";
export type { EncodedMediaType, EncodeImageOptions } from "./encode-image.ts";
export { fitImage } from "./fit-image.ts";
export type { FitImageOptions } from "./fit-image.ts";
export { defaultImageLimits } from "./image-limits.ts";
export type { ImageLimits } from "./image-limits.ts";
export { inspectImage } from "./inspect-image.ts";
export type { ImageInfo, InspectImageOptions } from "./inspect-image.ts";
export type { Interpolation } from "./interpolation.ts";
export { parsePreprocessorConfig } from "./parse-preprocessor-config.ts";
export { preprocess } from "./preprocess.ts";
export type { Preprocessing, PreprocessingResize } from "./preprocessing.ts";
export { renderContactSheet } from "./sheet/render-contact-sheet.ts";
export type { RenderContactSheetOptions } from "./sheet/render-contact-sheet.ts";
export type {
  ContactSheetCell,
  ContactSheetColumn,
  ContactSheetImage,
  ContactSheetRow,
} from "./sheet/contact-sheet.ts";
export { resizePixels } from "./resize-pixels.ts";
export type { ResizePixelsOptions } from "./resize-pixels.ts";
