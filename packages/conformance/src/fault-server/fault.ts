import { MegaPairsError } from "@megapairs/spec";

/**
 * How a request goes wrong. `?` marks what has a default.
 *
 * | type            | what the client sees                                                        |
 * | --------------- | --------------------------------------------------------------------------- |
 * | `hang`          | nothing, until it hangs up                                                  |
 * | `reset`         | the socket is reset before any byte                                         |
 * | `reset-body`    | half an answer, then the socket is reset                                    |
 * | `slow`          | a right answer, its body in two halves, `delayMs?` (200) apart              |
 * | `truncated`     | half an answer that ends in order                                           |
 * | `html`          | status 200 and a page of HTML                                               |
 * | `error-200`     | status 200 and `{"error": …}`                                               |
 * | `no-choices`    | status 200 and a completion without choices                                 |
 * | `wrong-schema`  | a right completion whose text is JSON of another shape                      |
 * | `unparsable`    | a right completion whose text is neither JSON nor the asked-for sentence    |
 * | `length`        | half of the text, `finish_reason: "length"`                                 |
 * | `whitespace`    | text that runs on in `bytes?` (100,000) of white space, then `"length"`     |
 * | `endless`       | a body of white space that ends after `bytes?` (64 MiB), or on hanging up   |
 * | `status`        | HTTP `status`, with `retryAfter?` as header; the body in `style?`           |
 */
export type Fault =
  | {
      readonly type:
        | "hang"
        | "reset"
        | "reset-body"
        | "truncated"
        | "html"
        | "error-200"
        | "no-choices"
        | "wrong-schema"
        | "unparsable"
        | "length";
    }
  | { readonly type: "slow"; readonly delayMs?: number | undefined }
  | { readonly type: "whitespace" | "endless"; readonly bytes?: number | undefined }
  | {
      readonly type: "status";
      readonly status: number;
      /** Value of the Retry-After header: seconds or an HTTP date. */
      readonly retryAfter?: string | undefined;
      /** Shape of the body: vLLM's and OpenAI's `{"error": {…}}` (default), SGLang's flat one, FastAPI's `{"detail": …}`, or plain text. */
      readonly style?: "nested" | "flat" | "detail" | "text" | undefined;
    };

const PLAIN = [
  "hang",
  "reset",
  "reset-body",
  "slow",
  "truncated",
  "html",
  "error-200",
  "no-choices",
  "wrong-schema",
  "unparsable",
  "length",
  "whitespace",
  "endless",
] as const;

const STATUS = /^(?<flat>flat-)?(?<status>[45]\d\d)(:(?<retryAfter>.+))?$/;

/**
 * A fault by its name on a command line: `reset`, `429`, `429:2` (Retry-After in seconds),
 * `flat-400` (SGLang's body). Throws `invalid-argument` on another word.
 */
export function parseFault(name: string): Fault {
  const type = PLAIN.find((plain) => plain === name);
  if (type !== undefined) return { type };
  const match = STATUS.exec(name)?.groups;
  if (match === undefined) {
    throw new MegaPairsError(
      "invalid-argument",
      `fault "${name}"; expected ${PLAIN.join(", ")}, or a status like 429, 429:2, flat-400.`,
    );
  }
  return {
    type: "status",
    status: Number(match["status"]),
    retryAfter: match["retryAfter"],
    style: match["flat"] === undefined ? "nested" : "flat",
  };
}
