import { readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";

import { lockRun, type RunLock } from "@megapairs/run";
import { describe, expect, it } from "vitest";

import { startSource } from "./source-process.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const TOKEN = "00000000-0000-4000-8000-000000000000";

async function plantLock(directory: string, holder: object): Promise<void> {
  await writeFile(join(directory, "run.lock"), JSON.stringify(holder));
}

async function deadLock(directory: string): Promise<void> {
  const child = startSource("./hold-lock.ts", directory);
  expect(await child.nextLine()).toBe("held");
  child.child.kill("SIGKILL");
  expect(await child.ended).toBe("SIGKILL");
}

describe("lockRun", () => {
  it("holds the directory until it is released, twice without harm", async () => {
    const directory = await temporaryDirectory();
    const lock = await lockRun(directory);
    await expect(lockRun(directory)).rejects.toMatchObject({
      code: "invalid-argument",
      message: `Run directory ${directory} is in use by process ${process.pid}`,
    });
    expect(await readdir(directory)).toEqual(["run.lock"]);
    await lock.release();
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
    await (await lockRun(directory)).release();
  });

  it("refuses while another process lives, and takes over when it was killed", async () => {
    const directory = await temporaryDirectory();
    const child = startSource("./hold-lock.ts", directory);
    expect(await child.nextLine()).toBe("held");
    await expect(lockRun(directory)).rejects.toThrow(`is in use by process ${child.pid}`);
    child.child.kill("SIGKILL");
    expect(await child.ended).toBe("SIGKILL");
    const lock = await lockRun(directory);
    expect(JSON.parse(await readFile(join(directory, "run.lock"), "utf8"))).toMatchObject({
      pid: process.pid,
    });
    await lock.release();
    expect(await readdir(directory)).toEqual([]);
  });

  it("gives a dead process's lock to exactly one of many that want it", async () => {
    const directory = await temporaryDirectory();
    await deadLock(directory);
    const dead = await readFile(join(directory, "run.lock"), "utf8");
    for (let round = 0; round < 40; round += 1) {
      const wanted = Array.from({ length: 12 }, () => lockRun(directory));
      const outcomes = await Promise.allSettled(wanted);
      const refusals = outcomes.flatMap((outcome): unknown[] =>
        outcome.status === "rejected" ? [outcome.reason] : [],
      );
      expect(refusals).toHaveLength(11);
      for (const refusal of refusals) expect(refusal).toMatchObject({ code: "invalid-argument" });
      expect(await readdir(directory)).toEqual(["run.lock"]);
      await writeFile(join(directory, "run.lock"), dead);
    }
  });

  it("inherits from an heir that died while taking over", async () => {
    const directory = await temporaryDirectory();
    await deadLock(directory);
    const dead = JSON.parse(await readFile(join(directory, "run.lock"), "utf8")) as {
      token: string;
    };
    const heir = { ...dead, token: TOKEN };
    await writeFile(join(directory, `run.lock.${dead.token}`), JSON.stringify(heir));
    const lock: RunLock = await lockRun(directory);
    expect(await readdir(directory)).toEqual(["run.lock"]);
    await lock.release();
  });

  it("waits for no heir that lives", async () => {
    const directory = await temporaryDirectory();
    await deadLock(directory);
    const dead = JSON.parse(await readFile(join(directory, "run.lock"), "utf8")) as {
      token: string;
    };
    const heir = { pid: process.pid, start: null, host: hostname(), token: TOKEN };
    await writeFile(join(directory, `run.lock.${dead.token}`), JSON.stringify(heir));
    await expect(lockRun(directory)).rejects.toThrow(`is in use by process ${process.pid}`);
  });

  it.skipIf(process.platform !== "linux")(
    "tells a process from an earlier one of the same id (reads /proc)",
    async () => {
      const directory = await temporaryDirectory();
      const earlier = { pid: process.pid, start: "boot:1", host: hostname(), token: TOKEN };
      await plantLock(directory, earlier);
      const lock = await lockRun(directory);
      expect(await readFile(join(directory, "run.lock"), "utf8")).not.toContain(TOKEN);
      await lock.release();
    },
  );

  it("does not judge a process on another host", async () => {
    const directory = await temporaryDirectory();
    await plantLock(directory, { pid: 1, start: null, host: "elsewhere", token: TOKEN });
    await expect(lockRun(directory)).rejects.toMatchObject({
      code: "invalid-argument",
      message:
        `Run directory ${directory} is in use by process 1 on host elsewhere: ` +
        `remove ${join(directory, "run.lock")} if that process has ended`,
    });
  });

  it("does not release a lock that somebody else has taken meanwhile", async () => {
    const directory = await temporaryDirectory();
    const lock = await lockRun(directory);
    const other = { pid: 1, start: null, host: "elsewhere", token: TOKEN };
    await plantLock(directory, other);
    await lock.release();
    expect(JSON.parse(await readFile(join(directory, "run.lock"), "utf8"))).toEqual(other);
  });

  it.each(["", "123", '{"pid":-1}', `{"pid":1,"start":null,"host":"h","token":"../../x"}`])(
    "leaves a file alone that is not a lock (%#)",
    async (text) => {
      const directory = await temporaryDirectory();
      await writeFile(join(directory, "run.lock"), text);
      await expect(lockRun(directory)).rejects.toMatchObject({ code: "corrupt-data" });
      expect(await readdir(directory)).toEqual(["run.lock"]);
    },
  );

  it("names a directory that is missing, or is a file", async () => {
    const directory = await temporaryDirectory();
    const missing = join(directory, "missing");
    await expect(lockRun(missing)).rejects.toMatchObject({
      code: "invalid-argument",
      message: `Cannot lock run directory ${missing}: it does not exist`,
    });
    const file = join(directory, "file");
    await writeFile(file, "");
    await expect(lockRun(file)).rejects.toMatchObject({
      code: "invalid-argument",
      message: `Cannot lock run directory ${file}: a part of the path is not a directory`,
    });
  });

  it.skipIf(process.platform !== "linux")(
    "names a directory that cannot be written (/proc)",
    async () => {
      await expect(lockRun("/proc")).rejects.toMatchObject({
        code: "invalid-argument",
        message: expect.stringMatching(/^Cannot lock run directory \/proc: /),
      });
    },
  );
});
