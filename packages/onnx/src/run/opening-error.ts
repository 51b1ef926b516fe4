import { MegaPairsError } from "@megapairs/spec";
import type { SessionOpening } from "./session-thread.ts";

/** What ONNX Runtime says of a sound file that needs more than this build has. */
const TOO_NEW =
  /opset|ir.version|not a registered|not implemented|no op registered|is not a tensor|unsupported data type/i;

/** Why a session that was opened, or was not, cannot be used as asked; `undefined` where it can. */
export function openingError(
  name: string,
  device: string,
  opening: SessionOpening,
): MegaPairsError | undefined {
  const last = opening.failures.at(-1);
  if (opening.type === "not-ready") {
    const code = TOO_NEW.test(last?.message ?? "") ? "unsupported" : "corrupt-data";
    return failure(code, `${name} cannot be loaded: ${last?.message}`, last?.message);
  }
  if (device !== "auto" && opening.device !== device) {
    const wish = opening.failures.find((refused) => refused.device === device);
    return failure(
      "unsupported",
      `${name} cannot run on ${device} here (it can on ${opening.device}): ${wish?.message}`,
      wish?.message,
    );
  }
  const half = opening.inputs.filter(({ dataType }) => dataType === "float16");
  if (half.length > 0) {
    const names = half.map((input) => `"${input.name}"`).join(", ");
    return failure(
      "unsupported",
      `${name} takes float16 inputs (${names}), which onnxruntime-node cannot feed: ` +
        "expected float32 inputs, as exports that keep their input and output types have",
    );
  }
  return undefined;
}

function failure(
  code: "unsupported" | "corrupt-data",
  message: string,
  cause?: string,
): MegaPairsError {
  const oneLine = message.replaceAll(/\s+/g, " ");
  return new MegaPairsError(code, oneLine, cause === undefined ? {} : { cause: new Error(cause) });
}
