import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a test can make a {@link HubServer} do. */
export interface HubServerSettings {
  readonly id: string;
  readonly commit: string;
  /** Bytes by path, as the hub lists them. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Answers before the hub does; false: the hub answers. */
  readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A hub on loopback, and what it was asked. */
export interface HubServer {
  readonly url: string;
  /** Paths of the files that were sent whole. */
  readonly sent: readonly string[];
  readonly tokens: readonly (string | undefined)[];
  close(): Promise<void>;
}

const gitOid = (bytes: Uint8Array): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** Lists a file as the hub does: large ones with the SHA-256 of their bytes. */
function entryOf([path, bytes]: readonly [string, Uint8Array]): object {
  const entry = { type: "file", path, size: bytes.length, oid: gitOid(bytes) };
  if (!path.endsWith(".onnx")) return entry;
  const oid = createHash("sha256").update(bytes).digest("hex");
  return { ...entry, lfs: { oid, size: bytes.length, pointerSize: 131 } };
}

/** Starts a server that answers as huggingface.co does about one model; its listing has two pages. */
export async function startHubServer(settings: HubServerSettings): Promise<HubServer> {
  const { id, commit, files, intercept } = settings;
  const sent: string[] = [];
  const tokens: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    if (intercept?.(request, response) === true) return;
    const url = new URL(request.url ?? "", "http://localhost");
    const path = decodeURIComponent(url.pathname);
    tokens.push(request.headers.authorization);
    const json = (status: number, body: unknown, headers: Record<string, string> = {}): void => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    };
    if (
      [`/api/models/${id}/revision/main`, `/api/models/${id}/revision/${commit}`].includes(path)
    ) {
      json(200, { _id: "1", id, sha: commit, lastModified: "2026-01-01T00:00:00Z" });
      return;
    }
    if (path === `/api/models/${id}/tree/${commit}`) {
      const entries = [...files].map(entryOf);
      const half = entries.length >> 1;
      if (url.searchParams.has("cursor")) json(200, entries.slice(half));
      else {
        const next = `http://${request.headers.host}${request.url}&cursor=2`;
        json(200, entries.slice(0, half), { link: `<${next}>; rel="next"` });
      }
      return;
    }
    const bytes = files.get(path.replace(`/${id}/resolve/${commit}/`, ""));
    if (bytes === undefined) {
      json(404, { error: "Repository not found" }, { "x-error-code": "RepoNotFound" });
      return;
    }
    const headers = { etag: `"${gitOid(bytes)}"`, "x-repo-commit": commit };
    if (request.headers.range === "bytes=0-0") {
      response.writeHead(206, { ...headers, "content-range": `bytes 0-0/${bytes.length}` });
      response.end(bytes.subarray(0, 1));
      return;
    }
    sent.push(path.replace(`/${id}/resolve/${commit}/`, ""));
    response.writeHead(200, headers);
    response.end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sent,
    tokens,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
