/**
 * Does a job that holds things open, and closes them when it ends, the last one first. The job's own
 * error comes before one of closing, and one that does not close does not keep the others open.
 */
export async function holdOpen<Result>(
  job: (hold: (close: () => unknown) => void) => Promise<Result>,
): Promise<Result> {
  const open: (() => unknown)[] = [];
  const [outcome] = await Promise.allSettled([job((close) => open.unshift(close))]);
  const failures: unknown[] = [];
  for (const close of open) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (outcome.status === "rejected") throw outcome.reason;
  if (failures.length > 0) throw failures[0];
  return outcome.value;
}
