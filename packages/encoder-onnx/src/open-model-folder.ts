import { stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { MegaPairsError } from "@megapairs/spec";
import { listModelFolder } from "./files/list-model-folder.ts";
import type { ModelConfig } from "./files/model-family.ts";
import { parseModelConfig } from "./files/model-family.ts";
import { readJsonFile } from "./files/read-json-file.ts";
import type { SelectedModelFiles, TowerChoice } from "./files/select-model-files.ts";
import { missingFile, selectModelFiles } from "./files/select-model-files.ts";
import type { HubSettings } from "./hub/hub-settings.ts";
import type { HubModel } from "./hub/resolve-hub-model.ts";
import { resolveHubModel } from "./hub/resolve-hub-model.ts";

/** Settings of {@link openModelFolder}. */
export interface ModelFolderSettings extends HubSettings {
  /** A folder, or a hub id where there is no such folder. */
  readonly model: string;
  readonly variant: string;
  readonly towers: TowerChoice;
}

/** A model's files on this machine, and what they are. */
export interface ModelFolder {
  /** A hub id, or the folder's own name. */
  readonly modelId: string;
  readonly folder: string;
  readonly config: ModelConfig;
  readonly files: SelectedModelFiles;
}

/**
 * Finds a model's folder, or fetches the files of one variant from a hub; reads what kind of model it
 * is. Rejects with `invalid-argument` where there is no such folder or files are missing in it, and
 * as `resolveHubModel` does.
 */
export async function openModelFolder(settings: ModelFolderSettings): Promise<ModelFolder> {
  const { model, variant, towers } = settings;
  const isFolder = (await stat(model).catch(() => undefined))?.isDirectory() ?? false;
  if (!isFolder && /^[./~]|^\w:|\\|\/.*\//u.test(model)) {
    throw new MegaPairsError("invalid-argument", `there is no folder ${model}`);
  }
  const locate = async (
    select: (paths: readonly string[]) => readonly string[],
    revision: string | undefined,
  ): Promise<HubModel> => {
    if (!isFolder) return resolveHubModel({ ...settings, revision, id: model, select });
    select(await listModelFolder(model));
    return { folder: resolve(model), revision: "" };
  };

  const first = await locate((paths) => {
    if (!paths.includes("config.json")) throw missingFile(model, "config.json", paths, "");
    return ["config.json"];
  }, settings.revision);
  const json = await readJsonFile(join(first.folder, "config.json"));
  const config = parseModelConfig(json, `config.json of ${model}`);
  const hasText = config.family.text !== undefined;
  if (!hasText && towers === "text") {
    throw new MegaPairsError(
      "invalid-argument",
      `${model} is a ${config.modelType} model, which has no text tower`,
    );
  }
  let files: SelectedModelFiles = { image: undefined, text: undefined, all: [] };
  const { folder } = await locate((paths) => {
    files = selectModelFiles(paths, { subject: model, variant, towers, hasText });
    return files.all;
  }, first.revision);
  return { modelId: isFolder ? basename(folder) : model, folder, config, files };
}
