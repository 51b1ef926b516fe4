import { createFakeEncoder } from "@megapairs/conformance";
import type { FakeEncoderSettings } from "@megapairs/conformance";
import { MegaPairsError } from "@megapairs/spec";
import type { EncodeOptions, EncoderInput, EncodeResult, EncoderV1 } from "@megapairs/spec";

/** Settings of {@link watchEncoder}. */
export interface WatchedEncoderSettings extends FakeEncoderSettings {
  /** Inputs that the encoder cannot read: a call with one of them rejects with `corrupt-data`. */
  readonly isCorrupt?: (input: EncoderInput) => boolean;
  /** Runs before each answer, with the number of the call from 1. */
  readonly before?: (call: number, options: EncodeOptions) => Promise<void> | void;
  /** Changes the answer. */
  readonly answer?: (embeddings: Float32Array) => Float32Array;
}

/** A fake encoder that remembers what it was asked. */
export interface WatchedEncoder extends EncoderV1 {
  readonly calls: EncodeOptions[];
}

export function watchEncoder(settings: WatchedEncoderSettings = {}): WatchedEncoder {
  const { isCorrupt = () => false, before, answer = (embeddings) => embeddings } = settings;
  const encoder = createFakeEncoder(settings);
  const calls: EncodeOptions[] = [];
  return {
    ...encoder,
    calls,
    async doEncode(options): Promise<EncodeResult> {
      calls.push(options);
      await before?.(calls.length, options);
      if (options.inputs.some(isCorrupt)) {
        throw new MegaPairsError("corrupt-data", "found half a picture, expected a whole one");
      }
      const { embeddings } = await encoder.doEncode(options);
      return { embeddings: answer(embeddings) };
    },
  };
}
