import { fork } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import { Session } from "../localcloud/engine/session";
import type { Row } from "./packing";

interface Load {
  requestsPerSecond: number;
  p50: number;
  p99: number;
  failed: number;
}

const REQUESTS = 6_000;
const CONNECTIONS = 64;

/** GET /comments/{pageId} through templates, IAM and DynamoDB, beside a bare Node server that answers the same JSON. */
export async function run(): Promise<{ title: string; rows: Row[] }> {
  const session = await Session.start({ directory: path.join(__dirname, "programs/comments") });
  try {
    const { outputs } = await session.deploy();
    const url = String(outputs.url);
    const body = JSON.stringify({ pageId: "page", userName: "Ada", message: "Hello" });
    for (let count = 0; count < 5; count += 1)
      await fetch(`${url}/comments`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
    const answer = await (await fetch(`${url}/comments/page`)).text();
    const gateway = await load(`${url}/comments/page`);
    const bare = await withBareServer(answer, load);
    return {
      title: `Gateway: GET /comments/{pageId}, ${CONNECTIONS} connections, ${REQUESTS} requests, one client process`,
      rows: [
        figure("requests/s / bare Node server", gateway.requestsPerSecond, bare.requestsPerSecond),
        figure("p50 ms / bare Node server", gateway.p50, bare.p50),
        figure("p99 ms / bare Node server", gateway.p99, bare.p99),
        {
          ...figure("failed / allowed", gateway.failed, 0),
          ratio: gateway.failed,
          bar: "0",
          holds: gateway.failed === 0,
        },
      ],
    };
  } finally {
    await session.close();
  }
}

function figure(name: string, ours: number, theirs: number): Row {
  return { figure: name, ours: ours.toFixed(1), theirs: theirs.toFixed(1), ratio: ours / theirs };
}

/** Puts load on a URL from a process of its own, so that client and server do not share a thread. */
function load(url: string): Promise<Load> {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(__dirname, "loadClient.js"), [
      url,
      String(REQUESTS),
      String(CONNECTIONS),
    ]);
    child.once("message", (message) => resolve(message as Load));
    child.once("error", reject);
    child.once(
      "exit",
      (code) => code !== 0 && reject(new Error(`the load client ended with code ${code}`)),
    );
  });
}

async function withBareServer(
  body: string,
  measure: (url: string) => Promise<Load>,
): Promise<Load> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(JSON.parse(body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await measure(`http://127.0.0.1:${port}/`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
