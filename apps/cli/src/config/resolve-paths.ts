import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { isEmbedded } from "../choose/embedded-corpus.ts";

/** A corpus as written in `folder`: made absolute, unless it is an embedded one, such as `scenes:600`. */
export function resolveCorpus(location: string, folder: string): string {
  return isEmbedded(location) ? location : resolve(folder, location);
}

/** Where training begins as written in `folder`: made absolute, unless it is the embedded CLIP. */
export function resolveStart(model: string, folder: string): string {
  return model === "scenes/clip" ? model : resolve(folder, model);
}

/**
 * A model as written in `folder`: made absolute where it is spelled as a path (`./clip`, `clip.json`,
 * `clip.onnx`) or is there; otherwise it is a hub id or the name of an embedded one.
 */
export function resolveModel(model: string, folder: string): string {
  if (model.startsWith("scenes/")) return model;
  const path = resolve(folder, model);
  const isPath = /^\.{1,2}(?:[/\\]|$)|\.(?:json|onnx)$/.test(model);
  return isPath || existsSync(path) ? path : model;
}

/** Settings as read from a file in `folder`, with every path in them made absolute. */
export function resolvePaths(
  settings: Readonly<Record<string, unknown>>,
  folder: string,
): Record<string, unknown> {
  return mapMembers(settings, (key, value) => {
    if (key === "corpus" && typeof value === "string") return resolveCorpus(value, folder);
    if (key === "guard" && Array.isArray(value)) {
      return value.map((guard: unknown) => resolveGuard(guard, folder));
    }
    if (key !== "relations" || !isMapping(value)) return value;
    return mapMembers(value, (_name, relation) => {
      if (!isMapping(relation)) return relation;
      return mapMembers(relation, (member, setting) =>
        member === "encoder" ? resolveEncoder(setting, folder) : setting,
      );
    });
  });
}

function resolveGuard(guard: unknown, folder: string): unknown {
  if (!isMapping(guard)) return guard;
  return mapMembers(guard, (key, value) => {
    if (key === "images" && typeof value === "string") return resolveCorpus(value, folder);
    if (key !== "vectors" || !isMapping(value)) return value;
    return mapMembers(value, (_name, file) =>
      typeof file === "string" ? resolve(folder, file) : file,
    );
  });
}

function resolveEncoder(encoder: unknown, folder: string): unknown {
  if (typeof encoder === "string") return resolveModel(encoder, folder);
  if (!isMapping(encoder)) return encoder;
  return mapMembers(encoder, (key, value) => {
    if (typeof value !== "string") return value;
    if (key === "model") return resolveModel(value, folder);
    return key === "cacheDirectory" ? resolve(folder, value) : value;
  });
}

function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapMembers(
  mapping: Readonly<Record<string, unknown>>,
  change: (key: string, value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => [key, change(key, value)]),
  );
}
