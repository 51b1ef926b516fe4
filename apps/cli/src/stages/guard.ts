import type { CorpusV1 } from "@megapairs/spec";

interface GuardBase {
  /** Place among the guards, from 0. */
  readonly number: string;
  /** Cosines of this and over are the same picture; the upper bound of each relation's band by default. */
  readonly threshold: number | undefined;
}

/** An evaluation set as pictures: they are embedded as the corpus was. */
export interface PictureGuard extends GuardBase {
  readonly corpus: CorpusV1;
}

/** An evaluation set as vectors. */
export interface VectorGuard extends GuardBase {
  /** A `.npy` file for each relation that has one, with the SHA-256 of its bytes. */
  readonly vectors: Readonly<Record<string, { readonly file: string; readonly sha256: string }>>;
}

/** An evaluation set whose images must not be trained on. */
export type Guard = PictureGuard | VectorGuard;
