import { getHFHubCachePath } from "@huggingface/hub";
import { MegaPairsError } from "@megapairs/spec";

/** Where models come from and where they are kept. */
export interface HubSettings {
  /** Branch, tag or commit. Default `main`; name a commit to be sure of the bytes. */
  readonly revision?: string | undefined;
  /** Use what is in the cache and ask nobody. Default: whether `HF_HUB_OFFLINE` is 1. */
  readonly isOffline?: boolean | undefined;
  /**
   * Folder that the Python library `huggingface_hub` shares. Default: `HF_HUB_CACHE`, else `hub` in
   * `HF_HOME`, else `~/.cache/huggingface/hub`.
   */
  readonly cacheDirectory?: string | undefined;
  /** Default: `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly hubUrl?: string | undefined;
  /** Default: `HF_TOKEN`, else none. */
  readonly token?: string | undefined;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Settings with nothing left open. */
export interface ResolvedHubSettings {
  readonly revision: string;
  readonly isOffline: boolean;
  readonly cacheDirectory: string;
  readonly hubUrl: string;
  readonly token: string | undefined;
  readonly fetch: typeof globalThis.fetch;
  readonly signal: AbortSignal | undefined;
}

/**
 * Fills in what was left out from the environment, as the hub's own libraries do: an empty variable
 * counts as none. Throws `invalid-argument` on a bad token.
 */
export function resolveHubSettings(settings: HubSettings): ResolvedHubSettings {
  const { signal } = settings;
  const fetch = settings.fetch ?? globalThis.fetch;
  const token = settings.token ?? variable("HF_TOKEN");
  if (token !== undefined && !token.startsWith("hf_")) {
    throw new MegaPairsError("invalid-argument", 'the hub token does not start with "hf_"');
  }
  return {
    revision: settings.revision ?? "main",
    isOffline: settings.isOffline ?? /^(?:1|true|yes|on)$/iu.test(variable("HF_HUB_OFFLINE") ?? ""),
    cacheDirectory: settings.cacheDirectory ?? getHFHubCachePath(),
    hubUrl: (settings.hubUrl ?? variable("HF_ENDPOINT") ?? "https://huggingface.co").replace(
      /\/+$/u,
      "",
    ),
    token,
    fetch: (input, init) => fetch(input, { ...init, ...(signal === undefined ? {} : { signal }) }),
    signal,
  };
}

function variable(name: string): string | undefined {
  const value = process.env[name];
  return value === "" ? undefined : value;
}
