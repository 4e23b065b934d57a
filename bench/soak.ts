import * as path from "node:path";
import { load } from "./gateway/load";
import { MeasuredServer } from "./gateway/measuredServer";
import type { Row } from "./packing";

/** The requests of a developer's busy day, sent without a pause. */
const REQUESTS = Number(process.env.REQUESTS ?? 200_000);
const CONNECTIONS = 16;

/** Memory of the cloud's own process: what it stores of calls, logs and metrics is bounded, whatever it serves. */
const BUDGET_MB = 400;

/** Growth from the first half of the requests to the second. */
const GROWTH = 1.15;

const MB = 1024 * 1024;

/**
 * Sends requests of every kind through the gateway, in turn, and measures the memory that the cloud's process keeps.
 */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const server = await MeasuredServer.cloud(
    path.join(__dirname, ".."),
    path.join(__dirname, "programs/gateway"),
  );
  try {
    const { commentsUrl, routesUrl } = server.outputs;
    const urls = [
      `${commentsUrl}/comments/page`,
      `${routesUrl}/item`,
      `${routesUrl}/mock`,
      `${routesUrl}/lambda`,
    ];
    const start = await server.memory();
    const first = await load(urls, REQUESTS / 2, CONNECTIONS);
    const half = await server.memory();
    const second = await load(urls, REQUESTS / 2, CONNECTIONS);
    const end = await server.memory();
    const failed = first.failed + second.failed;
    return {
      title: `Soak: ${REQUESTS} requests of four kinds, ${CONNECTIONS} connections; memory after a collection of garbage`,
      rows: [
        figure("MB in use at the end / at the start", used(end), used(start)),
        {
          ...figure("MB in use at the end / half-way", used(end), used(half)),
          bar: `<= ${GROWTH}`,
          holds: used(end) / used(half) <= GROWTH,
        },
        {
          ...figure("MB in use at the end / budget", used(end), BUDGET_MB),
          bar: "<= 1",
          holds: used(end) <= BUDGET_MB,
        },
        figure("MB resident at the end / at the start", end.rss / MB, start.rss / MB),
        {
          figure: "failed / allowed",
          ours: String(failed),
          theirs: "0",
          ratio: failed,
          bar: "0",
          holds: failed === 0,
        },
      ],
    };
  } finally {
    await server.close();
  }
}

function used({ heapUsed, external }: NodeJS.MemoryUsage): number {
  return (heapUsed + external) / MB;
}

function figure(name: string, ours: number, theirs: number): Row {
  return { figure: name, ours: ours.toFixed(1), theirs: theirs.toFixed(1), ratio: ours / theirs };
}
