import type { Row } from "@megapairs/spec";

/** Records as rows: an interface has no index signature, so the compiler wants to be told. */
export function toRows(records: readonly object[] | undefined): readonly Row[] {
  return (records ?? []) as readonly Row[];
}
