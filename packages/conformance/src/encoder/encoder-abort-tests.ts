import { assertRejectsWithReason } from "../assert-rejects-with.ts";
import type { ConformanceTest } from "../conformance-suite.ts";
import { encoderSamples } from "./encoder-samples.ts";
import { splitRows } from "./encoder-test-bed.ts";
import type { EncoderTestBed } from "./encoder-test-bed.ts";

/** The tests of the encoder kit about aborting. */
export function encoderAbortTests(bed: EncoderTestBed): ConformanceTest[] {
  const inputs = bed.supports.inputs
    .map((kind) => encoderSamples(kind)[0])
    .slice(0, bed.supports.maxBatch);
  return [
    {
      name: "rejects with the signal's reason when it is aborted already",
      async run() {
        const reason = new Error("stopped before the call");
        const encoder = await bed.encoder();
        const signal = AbortSignal.abort(reason);
        await assertRejectsWithReason(encoder.doEncode({ inputs, role: "query", signal }), reason);
      },
    },
    {
      name: "rejects with the signal's reason when aborted in flight, or is done",
      async run() {
        const reason = new Error("stopped in flight");
        const encoder = await bed.encoder();
        const controller = new AbortController();
        const call = encoder.doEncode({ inputs, role: "query", signal: controller.signal });
        controller.abort(reason);
        const finished = await call.then(
          ({ embeddings }) => splitRows(embeddings, inputs.length, encoder.dimensions),
          () => undefined,
        );
        if (finished === undefined) await assertRejectsWithReason(call, reason);
      },
    },
  ];
}
