import { join } from "node:path";
import { expect, it } from "vitest";
import { datasetBytes } from "./dataset-bytes.ts";
import { runCli } from "./run-cli.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const KILLS = 10;
const SETTINGS = ["--images", "scenes:64", "--seed", "5", "--shard-size", "8", "--json"];

/** Each stage tells its beginning and its end: every kill comes one event later than the last. */
it(`gives the same bytes after ${KILLS} kills as without any`, async () => {
  const directory = temporaryDirectory();
  const undisturbed = join(directory, "undisturbed");
  const whole = await runCli(["run", ...SETTINGS, "--out", undisturbed]);
  expect(whole.code).toBe(0);

  const killed = join(directory, "killed");
  const args = ["run", ...SETTINGS, "--out", killed];
  let kills = 0;
  for (let attempt = 0; attempt < KILLS; attempt += 1) {
    const { code } = await runCli(args, {
      onStderr: (text, kill) => {
        const events = text.split("\n").length - 1;
        if (events > attempt) kill("SIGKILL");
      },
    });
    if (code === undefined) kills += 1;
  }
  expect(kills).toBe(KILLS);
  const resumed = await runCli(args);
  expect(resumed.stderr).not.toContain("megapairs:");
  expect(resumed.code).toBe(0);
  expect(datasetBytes(join(killed, "export"))).toEqual(datasetBytes(join(undisturbed, "export")));
}, 300_000);
