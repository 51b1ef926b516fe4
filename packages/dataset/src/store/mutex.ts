/** Runs tasks one after the other, in the order they were given. */
export type Mutex = <Result>(task: () => Promise<Result>) => Promise<Result>;

/** Creates a {@link Mutex}. A task that fails does not stop the ones behind it. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task, task);
    last = result;
    return result;
  };
}
