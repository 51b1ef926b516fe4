import { parseArgs } from "node:util";
import { parseFault } from "./fault-server/fault.ts";
import { faultSchedule } from "./fault-server/fault-schedule.ts";
import { startFaultServer } from "./fault-server/fault-server.ts";

const HELP = `Starts an OpenAI-compatible server that answers as the conformance model, and fails as told.
Prints its URL on the first line, then serves until SIGINT or SIGTERM.

  --port <n>       0 lets the system choose (default)
  --model <name>   the model it knows (default conformance-model)
  --faults <list>  comma-separated, taken in turn: hang reset reset-body slow truncated html error-200
                   no-choices wrong-schema unparsable length whitespace endless 429 429:2 flat-400 …
  --every <k>      every k-th chat completion fails (default 5)

Example: --port 8000 --faults "429:1,reset,html" --every 5
`;

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "0" },
    model: { type: "string", default: "conformance-model" },
    faults: { type: "string", default: "" },
    every: { type: "string", default: "5" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  process.stdout.write(HELP);
} else {
  const faults = values.faults.split(",").filter((name) => name !== "");
  const server = await startFaultServer({
    port: Number(values.port),
    model: values.model,
    maxRecorded: 0,
    behaviour: faultSchedule({ faults: faults.map(parseFault), every: Number(values.every) }),
  });
  process.stdout.write(`${server.url}\n`);
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void server.close());
  }
}
