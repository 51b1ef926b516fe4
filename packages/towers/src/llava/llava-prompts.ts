/** What a query consists of. */
export interface LlavaQuery {
  /** What the retrieval task is, as the paper's MLLM form is told: a sentence. */
  readonly task: string;
  readonly text?: string | undefined;
  /** Whether an image goes with it. Default true. */
  readonly hasImage?: boolean | undefined;
}

/** What a candidate consists of. */
export interface LlavaCandidate {
  readonly text?: string | undefined;
  /** Whether an image goes with it. Default true. */
  readonly hasImage?: boolean | undefined;
}

/**
 * The prompt of a query in the paper's MLLM form (§5), image and text:
 * `[INST] \n <instruct> {task} <query>  {text} \n <image> [/INST]`.
 */
export function llavaQueryPrompt({ task, text, hasImage = true }: LlavaQuery): string {
  return `[INST] \n <instruct> ${task} <query> ${content(text, hasImage)} [/INST]`;
}

/** The prompt of a candidate in the paper's MLLM form (§5), an image: `[INST]  <image> [/INST]`. */
export function llavaCandidatePrompt({ text, hasImage = true }: LlavaCandidate = {}): string {
  return `[INST] ${content(text, hasImage)} [/INST]`;
}

function content(text: string | undefined, hasImage: boolean): string {
  return `${text === undefined ? "" : ` ${text} \n`}${hasImage ? " <image>" : ""}`;
}
