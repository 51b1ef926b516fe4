import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MegaPairsError } from "@megapairs/spec";

/** The small files of a model's folder, as text: what is exported beside weights and graphs. */
export interface ModelFiles {
  readonly "tokenizer.json": string;
  readonly "tokenizer_config.json": string;
  readonly "preprocessor_config.json": string;
}

/** Files about the tokenizer alone. */
export type TokenizerFiles = Pick<ModelFiles, "tokenizer.json" | "tokenizer_config.json">;

/** Reads the tokenizer of a model's folder. `invalid-argument` naming a file that is not there. */
export async function readTokenizerFiles(folder: string): Promise<TokenizerFiles> {
  return {
    "tokenizer.json": await readText(folder, "tokenizer.json"),
    "tokenizer_config.json": await readText(folder, "tokenizer_config.json"),
  };
}

/** Reads the small files of a model's folder. `invalid-argument` naming one that is not there. */
export async function readModelFiles(folder: string): Promise<ModelFiles> {
  const preprocessor = await readText(folder, "preprocessor_config.json");
  return { ...(await readTokenizerFiles(folder)), "preprocessor_config.json": preprocessor };
}

/** Writes them into a folder, which is made where there is none. */
export async function writeModelFiles(folder: string, files: ModelFiles): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

/** The JSON in one of them. `corrupt-data` where there is none. */
export function parseModelFile(files: Partial<ModelFiles>, name: keyof ModelFiles): unknown {
  try {
    return JSON.parse(files[name] ?? "");
  } catch (cause) {
    throw new MegaPairsError("corrupt-data", `${name} holds no JSON`, { cause });
  }
}

async function readText(folder: string, name: string): Promise<string> {
  const file = join(folder, name);
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new MegaPairsError(
      "invalid-argument",
      `${folder} has no ${name}; a model to train has config.json, model.safetensors, tokenizer.json, tokenizer_config.json and preprocessor_config.json`,
      { cause },
    );
  }
}
