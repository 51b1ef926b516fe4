import { once } from "node:events";
import { abortOnSignals } from "@megapairs/run";
import { Command } from "commander";
import { openReferenceVlm } from "../choose/open-reference-vlm.ts";
import { startVlmServer } from "../serve/start-vlm-server.ts";
import { wholeNumber } from "./option-values.ts";

interface ServeFlags {
  readonly host: string;
  readonly port: number;
}

/** What the model is called on the server. */
const MODEL = "reference-vlm";

/** `megapairs serve-demo-vlm`: the small VLM of the objects world behind a real endpoint. */
export function serveDemoVlmCommand(): Command {
  return new Command("serve-demo-vlm")
    .description("serve the embedded VLM of the objects world as an OpenAI-compatible endpoint")
    .option("--host <address>", "where to listen", "127.0.0.1")
    .option("--port <n>", "0 for any that is free", wholeNumber, 8000)
    .addHelpText(
      "after",
      `
POST /v1/chat/completions with images as data URLs, JSON schemas and seeds; GET /v1/models, /health.
The model is a small CLIP and a grammar, made for pictures of one object (--images objects:COUNT), and
shows the way to a real one: the same command with the URL of vLLM or SGLang.

Example:
  megapairs serve-demo-vlm --port 8000`,
    )
    .action(async ({ host, port }: ServeFlags) => {
      const backend = await openReferenceVlm();
      const abort = abortOnSignals(["SIGINT", "SIGTERM"], {
        onInterrupt: () =>
          process.stderr.write("\nAnswering what is in work; Ctrl-C again ends at once.\n"),
      });
      try {
        const server = await startVlmServer({ backend, model: MODEL, host, port });
        process.stdout.write(
          `${MODEL} at ${server.url}, until Ctrl-C. To annotate with it:\n` +
            `  megapairs run --images objects:200 --vlm-url ${server.url} --vlm-model ${MODEL} --out runs/objects\n`,
        );
        if (!abort.signal.aborted) await once(abort.signal, "abort");
        await server.close();
      } finally {
        abort.dispose();
        await backend.dispose?.();
      }
    });
}
