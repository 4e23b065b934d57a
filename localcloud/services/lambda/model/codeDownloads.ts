import { randomBytes } from "node:crypto";
import type { Clock } from "../../../core/clock";
import type { Route, WireResponse } from "../../../core/service";
import type { CodePackage } from "./model";
import type { LambdaStore } from "../store";

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionCodeLocation.html */
const VALID_MS = 10 * 60_000;

/** AWS's links point to objects below `/snapshots/` in a bucket that AWS owns. */
const PREFIX = "/snapshots/";

/** The download links that GetFunction returns. Each link serves one package for ten minutes to anyone who has it. */
export class CodeDownloads {
  private readonly links = new Map<
    string,
    { readonly code: CodePackage; readonly until: number }
  >();

  constructor(private readonly clock: Clock) {}

  /** Creates a new link and returns its path. */
  link(code: CodePackage): string {
    const now = this.clock.now();
    for (const [path, { until }] of this.links) if (until <= now) this.links.delete(path);
    const path = PREFIX + randomBytes(16).toString("hex");
    this.links.set(path, { code, until: now + VALID_MS });
    return path;
  }

  find(path: string): CodePackage | undefined {
    const link = this.links.get(path);
    return link && link.until > this.clock.now() ? link.code : undefined;
  }
}

/** Serves the download links. Like presigned URLs they need no credentials. */
export const downloadRoute: Route<LambdaStore> = {
  matches: ({ method, path }) => method === "GET" && path.startsWith(PREFIX),
  isIn: ({ path }, store) => store.downloads.find(path) !== undefined,
  handle: ({ path }, { store }) => Promise.resolve(download(store.downloads.find(path))),
};

function download(code: CodePackage | undefined): WireResponse {
  if (!code) {
    const body = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
    return { status: 403, headers: { "content-type": "application/xml" }, body: Buffer.from(body) };
  }
  const headers = { "content-type": "application/zip" };
  return { status: 200, headers, body: Buffer.from(code.zip) };
}
