import { describe, expect, it } from "vitest";

import { startSource } from "./source-process.ts";

describe("abortOnSignals", () => {
  it("aborts at the first signal, and lets the process end in its own time", async () => {
    const source = startSource("./await-signal.ts", "once");
    expect(await source.nextLine()).toBe("ready");
    source.child.kill("SIGTERM");
    expect(await source.nextLine()).toBe("AbortError: Interrupted by SIGTERM");
    expect(await source.nextLine()).toBe("told SIGTERM");
    expect(await source.ended).toBe(0);
  });

  it("exits at the second with 128 + its number", async () => {
    const source = startSource("./await-signal.ts");
    expect(await source.nextLine()).toBe("ready");
    source.child.kill("SIGINT");
    expect(await source.nextLine()).toBe("AbortError: Interrupted by SIGINT");
    source.child.kill("SIGINT");
    expect(await source.ended).toBe(130);
  });

  it("gives the signals back when it is disposed of", async () => {
    const source = startSource("./await-signal.ts", "dispose");
    expect(await source.nextLine()).toBe("ready");
    source.child.kill("SIGINT");
    expect(await source.nextLine()).toBe("AbortError: Interrupted by SIGINT");
    expect(await source.nextLine()).toBe("told SIGINT");
    source.child.kill("SIGTERM");
    expect(await source.ended).toBe("SIGTERM");
  });
});
