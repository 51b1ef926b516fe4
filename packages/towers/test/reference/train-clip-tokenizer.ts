// Writes a tokenizer and the texts it was trained on into a folder, for make_clip_tokenizer.py.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { trainClipTokenizer } from "@megapairs/towers";

const CORPUS = [
  "A red square on a green background.",
  "a blue circle left of a striped yellow star",
  "Two dotted triangles, one inside the other; it's plain.",
  "the large heart is above a small ring on a grey grid",
  "A red circle and a red square on a dotted background",
  "Naïve café über 25 squares",
];
const [folder = "."] = process.argv.slice(2);
const { tokenizer, tokenizerConfig } = trainClipTokenizer(CORPUS, { vocabularySize: 560 });
mkdirSync(folder, { recursive: true });
const files = { "tokenizer.json": tokenizer, "tokenizer_config.json": tokenizerConfig };
for (const [name, json] of Object.entries({ ...files, "texts.json": CORPUS })) {
  writeFileSync(join(folder, name), JSON.stringify(json));
}
