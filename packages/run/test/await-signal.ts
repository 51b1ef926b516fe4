/** A process that says what its signals did to it. With `once`, it ends at the first. */
import { abortOnSignals } from "@megapairs/run";

const { signal, dispose } = abortOnSignals(["SIGINT", "SIGTERM"], {
  onInterrupt: (name) => process.stdout.write(`told ${name}\n`),
});
const alive = setInterval(() => undefined, 60_000);
signal.addEventListener("abort", () => {
  const { name, message } = signal.reason;
  process.stdout.write(`${name}: ${message}\n`);
  if (process.argv[2] === "once") clearInterval(alive);
  if (process.argv[2] === "dispose") dispose();
});
process.stdout.write("ready\n");
