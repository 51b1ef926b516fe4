import type { ImageSource } from "@megapairs/spec";

/** One column of a contact sheet. */
export interface ContactSheetColumn {
  /** Shown at the top: `Query`, `Instructions`. */
  readonly heading: string;
  /** Pixels, by default 240. */
  readonly width?: number | undefined;
  /** Pictures side by side in a cell, by default 1. */
  readonly imagesPerLine?: number | undefined;
}

/** One picture of a cell. */
export interface ContactSheetImage {
  /** Absent or undecodable: a grey field says so. */
  readonly image?: ImageSource | undefined;
  /** Under the picture. */
  readonly caption?: string | undefined;
  /** Colour of the frame as `#rrggbb`; light grey by default. */
  readonly borderColor?: string | undefined;
}

/** Pictures, or paragraphs of text. */
export type ContactSheetCell =
  | { readonly type: "images"; readonly images: readonly ContactSheetImage[] }
  | { readonly type: "text"; readonly paragraphs: readonly string[] };

/** One row of a contact sheet: as many cells as there are columns. */
export interface ContactSheetRow {
  /** Small, above the cells: an id, a score. */
  readonly label?: string | undefined;
  readonly cells: readonly ContactSheetCell[];
}
