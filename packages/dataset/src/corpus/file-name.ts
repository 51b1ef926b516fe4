import path from "node:path";

import extensions from "./image-extensions.json" with { type: "json" };

const IMAGE_EXTENSIONS: ReadonlySet<string> = new Set(extensions);

/** True when the name ends like an image's; what is in the file shows when it is decoded. */
export function isImageName(name: string): boolean {
  return IMAGE_EXTENSIONS.has(path.posix.extname(name).slice(1).toLowerCase());
}

/** True when the last part of the name starts with a dot. */
export function isHiddenName(name: string): boolean {
  return path.posix.basename(name).startsWith(".");
}

/**
 * A relative path with forward slashes and without `.` steps; undefined for one that is empty,
 * absolute, has a backslash or NUL, or leaves its folder.
 */
export function cleanRelativePath(name: string): string | undefined {
  if (name.startsWith("/") || /[\\\0]|^[A-Za-z]:/u.test(name)) return undefined;
  const steps = name.split("/").filter((step) => step !== "" && step !== ".");
  return steps.length === 0 || steps.includes("..") ? undefined : steps.join("/");
}

/**
 * The clean relative path of a file that must lie below `root`, from a path relative to it or an
 * absolute one; undefined for one that leaves it. Links are not looked at.
 */
export function relativePathWithin(root: string, name: string): string | undefined {
  return cleanRelativePath(path.isAbsolute(name) ? path.relative(root, name) : name);
}
