import { MegaPairsError } from "@megapairs/spec";
import type { Fault } from "./fault.ts";
import type { FaultServerBehaviour } from "./fault-server.ts";

/** Options of {@link faultSchedule}. */
export interface FaultScheduleOptions {
  /** Taken in turn, from the first again after the last. None: no request fails. */
  readonly faults: readonly Fault[];
  /** Every how manieth chat completion fails, at least 1: 5 fails the 5th, 10th, 15th, …. */
  readonly every: number;
}

/** Fails every k-th chat completion, with the given faults in turn. */
export function faultSchedule({ faults, every }: FaultScheduleOptions): FaultServerBehaviour {
  if (!Number.isSafeInteger(every) || every < 1) {
    throw new MegaPairsError(
      "invalid-argument",
      `every is ${every}; expected a whole number from 1.`,
    );
  }
  return (_, index) => {
    const isDue = (index + 1) % every === 0;
    const fault = faults[Math.floor(index / every) % Math.max(1, faults.length)];
    return isDue && fault !== undefined ? fault : { type: "answer" };
  };
}
