import * as path from "node:path";
import { measureLoad, type MeasuredLoad } from "./gateway/load";
import { MeasuredServer } from "./gateway/measuredServer";
import type { Row } from "./packing";

/** Requests per route, round and server; use fewer on a busy computer. */
const REQUESTS = Number(process.env.REQUESTS ?? 6_000);
const CONNECTIONS = 64;

/** The best of this many rounds counts: other load on the computer can only add time. */
const ROUNDS = 3;

const PROGRAM = path.join(__dirname, "programs/gateway");
const CHECKOUT = path.join(__dirname, "..");

/** Most that each kind of route may cost in the cloud's process, relative to its cost in the commit f1f7bad. */
const ROUTES = [
  { name: "comments", output: "commentsUrl", path: "/comments/page", bar: 0.6 },
  { name: "GetItem", output: "routesUrl", path: "/item", bar: 0.6 },
  { name: "MOCK", output: "routesUrl", path: "/mock", bar: 0.55 },
  { name: "Lambda proxy", output: "routesUrl", path: "/lambda", bar: 0.5 },
] as const;

type Route = (typeof ROUTES)[number];

/**
 * GETs through the gateway compared with a bare Node server that answers the same JSON, and with the cloud of another
 * checkout (environment variable BASE, with node_modules installed) with the same program, alternating.
 */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const base = process.env.BASE;
  const servers: MeasuredServer[] = [];
  try {
    for (const checkout of base ? [CHECKOUT, base] : [CHECKOUT]) {
      const server = await MeasuredServer.cloud(checkout, PROGRAM);
      servers.push(server);
      await fill(server);
    }
    const rows: Row[] = [];
    for (const route of ROUTES) rows.push(...(await measureRoute(route, servers)));
    return {
      title:
        `Gateway: ${CONNECTIONS} connections, ${REQUESTS} requests, one client process, best of ${ROUNDS} rounds` +
        (base ? `; base = ${base}` : "; BASE=<checkout> compares with another one"),
      rows,
    };
  } finally {
    for (const server of servers) await server.close();
  }
}

async function fill({ outputs }: MeasuredServer): Promise<void> {
  const body = JSON.stringify({ pageId: "page", userName: "Ada", message: "Hello" });
  const headers = { "content-type": "application/json" };
  for (let count = 0; count < 5; count += 1)
    await fetch(`${outputs.commentsUrl}/comments`, { method: "POST", headers, body });
}

async function measureRoute(route: Route, clouds: readonly MeasuredServer[]): Promise<Row[]> {
  const urls = clouds.map(({ outputs }) => outputs[route.output] + route.path);
  const answer = await fetch(urls[0]);
  if (answer.status !== 200) throw new Error(`${urls[0]} answered ${answer.status}`);
  const bare = await MeasuredServer.bare(await answer.text());
  try {
    const measured: MeasuredLoad[][] = [...clouds, bare].map(() => []);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const [index, server] of [...clouds, bare].entries())
        measured[index].push(
          await measureLoad(server, urls[index] ?? bare.endpoint, REQUESTS, CONNECTIONS),
        );
    console.error(`${route.name}: measured`);
    const [ours, ...others] = measured.map(best);
    const [theirs, older] = [others[others.length - 1], clouds.length > 1 ? others[0] : undefined];
    return rowsOf(route, ours, theirs, older);
  } finally {
    await bare.close();
  }
}

/** Returns the best value of each figure; for failures, the highest. */
function best(rounds: readonly MeasuredLoad[]): MeasuredLoad {
  const all = (name: keyof MeasuredLoad): number[] => rounds.map((round) => round[name]);
  return {
    requestsPerSecond: Math.max(...all("requestsPerSecond")),
    p50: Math.min(...all("p50")),
    p99: Math.min(...all("p99")),
    failed: Math.max(...all("failed")),
    cpuPerRequest: Math.min(...all("cpuPerRequest")),
  };
}

function rowsOf(
  { name, bar }: Route,
  ours: MeasuredLoad,
  bare: MeasuredLoad,
  base: MeasuredLoad | undefined,
): Row[] {
  return [
    ...(base ? [limited(figure(`${name}: CPU us a request / base`, ours, base), bar)] : []),
    figure(`${name}: CPU us a request / bare server`, ours, bare),
    figure(`${name}: requests/s / bare server`, ours, bare, "requestsPerSecond"),
    figure(`${name}: p50 ms / bare server`, ours, bare, "p50"),
    figure(`${name}: p99 ms / bare server`, ours, bare, "p99"),
    {
      figure: `${name}: failed / allowed`,
      ours: String(ours.failed),
      theirs: "0",
      ratio: ours.failed,
      bar: "0",
      holds: ours.failed === 0,
    },
  ];
}

function figure(
  name: string,
  ours: MeasuredLoad,
  theirs: MeasuredLoad,
  of: keyof MeasuredLoad = "cpuPerRequest",
): Row {
  const [one, other] = [ours[of], theirs[of]];
  return {
    figure: name,
    ours: one.toFixed(1),
    theirs: other.toFixed(1),
    ratio: one / other,
  };
}

function limited(row: Row, bar: number): Row {
  return { ...row, bar: `<= ${bar}`, holds: row.ratio <= bar };
}
