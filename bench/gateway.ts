import * as path from "node:path";
import { measureLoad, type MeasuredLoad } from "./gateway/load";
import { MeasuredServer } from "./gateway/measuredServer";
import type { Row } from "./packing";

/** Per route, round and server; a busy computer wants fewer. */
const REQUESTS = Number(process.env.REQUESTS ?? 6_000);
const CONNECTIONS = 64;

/** Of so many rounds the best one counts: whatever else runs on the computer only ever adds time. */
const ROUNDS = 3;

const PROGRAM = path.join(__dirname, "programs/gateway");
const CHECKOUT = path.join(__dirname, "..");

/** What each kind of route may cost in the cloud's process, as a share of what it cost in the commit f1f7bad. */
const ROUTES = [
  { name: "comments", output: "commentsUrl", path: "/comments/page", bar: 0.6 },
  { name: "GetItem", output: "routesUrl", path: "/item", bar: 0.6 },
  { name: "MOCK", output: "routesUrl", path: "/mock", bar: 0.55 },
  { name: "Lambda proxy", output: "routesUrl", path: "/lambda", bar: 0.5 },
] as const;

type Route = (typeof ROUTES)[number];

/**
 * GETs through the gateway beside a bare Node server that answers the same JSON, and beside the cloud of another
 * checkout (environment variable BASE, its node_modules installed) with the same program, in turns.
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

/** The best of each figure; of the failures, the most. */
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
