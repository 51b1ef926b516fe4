import { MegaPairsError } from "@megapairs/spec";

/** Throws `invalid-argument` unless a model's id is `name` or `owner/name`. */
export function checkModelId(id: string): void {
  if (/^(?:[\w-][\w.-]*\/)?[\w-][\w.-]*$/u.test(id) && !id.includes("..")) return;
  throw new MegaPairsError("invalid-argument", `"${id}" is no hub model, expected "owner/name"`);
}

/** Throws `invalid-argument` unless a revision can be a name in git: no empty or dotted parts. */
export function checkRevision(revision: string): void {
  if (revision.split("/").every((part) => /^[\w-][\w.+-]*$/u.test(part))) return;
  throw new MegaPairsError(
    "invalid-argument",
    `"${revision}" is no revision, expected a branch, tag or commit`,
  );
}

/** Throws `corrupt-data` unless a path that a hub named stays inside the model's folder. */
export function checkPath(path: string, id: string): void {
  const parts = path.split("/");
  if (!/[\\:\0]/u.test(path) && parts.every((part) => !["", ".", ".."].includes(part))) return;
  throw new MegaPairsError(
    "corrupt-data",
    `the hub lists "${path}" in ${id}, expected a path inside the model`,
  );
}
