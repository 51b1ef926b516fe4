import type { ImageLimits, Preprocessing } from "@megapairs/image";
import type { ImageSource, MegaPairsErrorCode } from "@megapairs/spec";

/** A picture as a batch needs it. */
export interface PreparedPicture {
  /** SHA-256 of the file, or of the size and pixels, lower-case hex. */
  readonly digest: string;
  /** Resized and cropped, not normalised: uint8 `[3, height, width]`. */
  readonly pixels: Uint8Array;
}

/** What a worker gets at its start. */
export interface PixelWorkerSettings {
  readonly preprocessing: Preprocessing;
  readonly limits: Partial<ImageLimits>;
}

/** What the main thread tells a worker. */
export type PixelRequest =
  | { readonly type: "prepare"; readonly id: number; readonly source: ImageSource }
  | { readonly type: "close" };

/** What a worker tells the main thread. */
export type PixelReply =
  | { readonly type: "prepared"; readonly id: number; readonly picture: PreparedPicture }
  | {
      readonly type: "failure";
      readonly id: number;
      readonly code: MegaPairsErrorCode;
      readonly message: string;
    };
