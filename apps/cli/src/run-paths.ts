import { join } from "node:path";

/** Where things lie in a run directory. */
export function runPaths(
  directory: string,
): Readonly<Record<"database" | "responses" | "export" | "contactSheet" | "joins", string>> {
  return {
    database: join(directory, "lancedb"),
    responses: join(directory, "responses"),
    export: join(directory, "export"),
    contactSheet: join(directory, "contact-sheet.jpg"),
    joins: join(directory, "joins.json"),
  };
}
