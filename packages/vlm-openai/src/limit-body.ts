import { MegaPairsError } from "@megapairs/spec";

/**
 * Wraps `fetch` so that reading more than `maxBytes` of a response fails with `invalid-output`:
 * a server that never ends its body must not fill this process's memory.
 */
export function limitBody(send: typeof fetch, maxBytes: number): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    if (response.body === null) return response;
    let received = 0;
    const limit = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, stream) {
        received += chunk.byteLength;
        if (received > maxBytes) {
          throw new MegaPairsError("invalid-output", `an answer of more than ${maxBytes} bytes.`);
        }
        stream.enqueue(chunk);
      },
    });
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(limit), { status, statusText, headers });
  };
}
