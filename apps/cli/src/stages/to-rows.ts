import type { Row } from "@megapairs/spec";

/** Records as rows: an interface has no index signature, a copy of it has. */
export function toRows(records: readonly object[] | undefined): readonly Row[] {
  return (records ?? []).map((record) => ({ ...record }));
}
