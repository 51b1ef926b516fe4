/** A process that takes the lock of the directory it is given, says so, and holds it until killed. */
import { lockRun } from "@megapairs/run";

try {
  await lockRun(process.argv[2] ?? "");
  process.stdout.write("held\n");
  setInterval(() => undefined, 60_000);
} catch (error) {
  process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`);
}
