import { fork } from "node:child_process";
import * as path from "node:path";
import type { MeasuredServer } from "./measuredServer";

export interface Load {
  readonly requestsPerSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
  readonly failed: number;
}

/** Requests that the load client sends before it measures, relative to the measured ones. */
const WARM_UP = 0.25;

/** Sends requests to URLs in turn, from a separate process: client and server do not share a thread. */
export function load(
  urls: readonly string[],
  requests: number,
  connections: number,
): Promise<Load> {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(__dirname, "loadClient.js"), [
      String(requests),
      String(requests * WARM_UP),
      String(connections),
      ...urls,
    ]);
    child.once("message", (message) => resolve(message as Load));
    child.once("error", reject);
    child.once(
      "exit",
      (code) => code !== 0 && reject(new Error(`the load client ended with code ${code}`)),
    );
  });
}

export interface MeasuredLoad extends Load {
  /** Of the server's process, warm-up included. */
  readonly cpuPerRequest: number;
}

/** Measures load on one route of a server, with the CPU time per request of its process, in microseconds. */
export async function measureLoad(
  server: MeasuredServer,
  url: string,
  requests: number,
  connections: number,
): Promise<MeasuredLoad> {
  const before = await server.cpu();
  const result = await load([url], requests, connections);
  const used = (await server.cpu()) - before;
  return { ...result, cpuPerRequest: used / (requests * (1 + WARM_UP)) };
}
