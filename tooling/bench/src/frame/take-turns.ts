/** What {@link takeTurns} is to run. */
export interface Turns<Name extends string, Pass> {
  readonly contenders: readonly Name[];
  /** Those of them that may fail, which makes them absent. */
  readonly peers: readonly Name[];
  readonly rounds: number;
  /** Those that one pass is enough of. Default none. */
  readonly once?: readonly Name[] | undefined;
  /** Rejects where the contender cannot be run. */
  readonly measure: (name: Name) => Promise<Pass>;
  /** A pass in few words, to say how far it is. */
  readonly describe: (pass: Pass) => string;
  readonly log: (line: string) => void;
}

/** Passes of those that could be run, and why others could not. */
export interface TurnsResult<Name extends string, Pass> {
  readonly passes: ReadonlyMap<Name, readonly Pass[]>;
  readonly absent: Readonly<Record<string, string>>;
}

/**
 * Lets all contenders do the same work, one after the other, `rounds` times. The order turns by one
 * place each round, so that nobody always follows the same rival.
 */
export async function takeTurns<Name extends string, Pass>({
  contenders,
  peers,
  rounds,
  once = [],
  measure,
  describe,
  log,
}: Turns<Name, Pass>): Promise<TurnsResult<Name, Pass>> {
  const passes = new Map<Name, Pass[]>();
  const absent: Record<string, string> = {};
  for (let round = 0; round < rounds; round += 1) {
    for (let place = 0; place < contenders.length; place += 1) {
      const name = contenders[(round + place) % contenders.length]!;
      if (absent[name] !== undefined || (passes.has(name) && once.includes(name))) continue;
      try {
        const pass = await measure(name);
        passes.set(name, [...(passes.get(name) ?? []), pass]);
        log(`round ${round + 1} of ${rounds}: ${name} ${describe(pass)}`);
      } catch (error) {
        if (!peers.includes(name)) throw error;
        absent[name] = error instanceof Error ? error.message : String(error);
      }
    }
  }
  return { passes, absent };
}
