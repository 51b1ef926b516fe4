import { CONTENDERS } from "./contender.ts";
import type { ContenderName, EmbedWork, Measurement } from "./contender.ts";
import { compareNeighbours, compareVectors } from "./compare-vectors.ts";
import type { VectorAgreement } from "./compare-vectors.ts";
import { ContenderProcess } from "./contender-process.ts";

/** The same pixels in the same model: anything below is a mistake, not rounding. */
const LEAST_COSINE = 0.9999;

/** What a race between the contenders gave. */
export interface RaceResult {
  /** By contender that took part, one measurement for each round. */
  readonly measured: ReadonlyMap<ContenderName, readonly Measurement[]>;
  readonly facts: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Peers that could not take part, and why. */
  readonly absent: Readonly<Record<string, string>>;
  /** By contender: its vectors against ours. */
  readonly agreement: Readonly<Record<string, VectorAgreement>>;
  /** Our vectors of different images against each other: what the agreement is to be held against. */
  readonly neighbours: VectorAgreement;
}

/**
 * Lets all contenders do the same work, one after the other, `rounds` times. The order turns by one
 * place each round, so that nobody always follows the same rival. Rejects where our vectors are not
 * those of the ready tensors.
 */
export async function race(
  work: EmbedWork,
  rounds: number,
  absentPeers: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<RaceResult> {
  const absent: Record<string, string> = { ...absentPeers };
  const facts: Record<string, Readonly<Record<string, string>>> = {};
  const processes: ContenderProcess[] = [];
  try {
    for (const name of CONTENDERS.filter((one) => absent[one] === undefined)) {
      const contender = new ContenderProcess(name);
      try {
        facts[name] = await contender.load(work);
        processes.push(contender);
      } catch (error) {
        contender.stop();
        if (name !== "transformers.js") throw error;
        absent[name] = error instanceof Error ? error.message : String(error);
      }
    }
    const measured = new Map(processes.map(({ name }) => [name, [] as Measurement[]]));
    for (let round = 0; round < rounds; round += 1) {
      for (let place = 0; place < processes.length; place += 1) {
        const contender = processes[(round + place) % processes.length]!;
        const measurement = await contender.embed();
        measured.get(contender.name)?.push(measurement);
        const speed = (work.files.length / measurement.seconds).toFixed(1);
        log(`  round ${round + 1} of ${rounds}: ${contender.name} ${speed} images/s`);
      }
    }
    const [ours, ...others] = processes;
    const vectors = await ours!.vectors();
    const agreement: Record<string, VectorAgreement> = {};
    for (const other of others) {
      const found = compareVectors(vectors, await other.vectors(), work.files.length);
      if (other.name === "ready-tensors" && !(found.least > LEAST_COSINE)) {
        const problem = `found vectors with a cosine of ${found.least} to those of ready tensors`;
        throw new Error(`${problem}, expected above ${LEAST_COSINE}`);
      }
      agreement[other.name] = found;
    }
    return {
      measured,
      facts,
      absent,
      agreement,
      neighbours: compareNeighbours(vectors, work.files.length),
    };
  } finally {
    for (const contender of processes) contender.stop();
  }
}
