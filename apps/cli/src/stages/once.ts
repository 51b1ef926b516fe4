/** Loads what many shards read when the first one asks. A failure is forgotten: the next one tries again. */
export function once<Value>(load: () => Promise<Value>): () => Promise<Value> {
  let loaded: Promise<Value> | undefined;
  return () => {
    if (loaded !== undefined) return loaded;
    const loading = load();
    loaded = loading;
    loading.catch(() => (loaded = undefined));
    return loading;
  };
}
