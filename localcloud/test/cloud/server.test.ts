import { CreateFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { expect } from "chai";
import { strToU8, zipSync } from "fflate";
import { Agent, request } from "node:http";
import { connect } from "node:net";
import { networkInterfaces } from "node:os";
import { type Cloud, startCloud } from "../../cloud/cloud";
import { MAX_BODY_BYTES } from "../../http/readBody";
import { childProcesses } from "../support/childProcesses";
import { rawHttp, rawSocket } from "../support/rawHttp";
import { roleSession } from "../support/roleSession";
import { until } from "../support/until";

const HEALTH = "GET /_localcloud/health HTTP/1.1\r\nHost: localhost\r\n";

describe("The server of a cloud", () => {
  let cloud: Cloud;
  before(async () => (cloud = await startCloud()));
  after(() => cloud.close());

  async function expectsToBeWell(): Promise<void> {
    expect((await rawHttp(cloud.endpoint, { path: "/_localcloud/health" })).status).to.equal(200);
  }

  it("listens on 127.0.0.1 only", async function () {
    const { port } = new URL(cloud.endpoint);
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === "IPv4" && !internal)
      .map(({ address }) => address);
    // 127.0.0.2 is this computer too: a server on 0.0.0.0 would respond there.
    for (const address of [...others, "127.0.0.2"]) {
      const code = await new Promise((resolve) => {
        const socket = connect(Number(port), address, () => {
          socket.destroy();
          resolve("connected");
        });
        socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
      });
      expect(code, address).to.equal("ECONNREFUSED");
    }
  });

  it("responds with the caller's own date, so that SDKs do not correct their clock", async () => {
    const dateOf = async (headers: Record<string, string>): Promise<string | undefined> =>
      (await rawHttp(cloud.endpoint, { method: "POST", path: "/", headers })).headers.date;
    expect(await dateOf({ "x-amz-date": "20300102T030405Z" })).to.equal(
      "Wed, 02 Jan 2030 03:04:05 GMT",
    );
    const unknown: Record<string, string>[] = [{}, { "x-amz-date": "yesterday" }];
    for (const headers of unknown)
      expect(Math.abs(Date.parse((await dateOf(headers)) ?? "") - Date.now())).to.be.lessThan(
        60_000,
      );
  });

  it("shows a page only to a browser that opens its address", async () => {
    const browser = { accept: "text/html,application/xhtml+xml" };
    const page = await fetch(cloud.endpoint, { headers: browser });
    expect(page.status).to.equal(200);
    expect(page.headers.get("content-type")).to.match(/^text\/html/);
    const text = await page.text();
    expect(text).to.include("/_localcloud/console").and.include(cloud.endpoint);
    const links = [...text.matchAll(/href="([^"]+)"|curl (\S+?)</g)];
    expect(links).to.have.length(6);
    for (const [, link, asked] of links)
      expect((await fetch(link ?? asked)).status, link ?? asked).to.equal(200);
    const headers = { ...browser, authorization: "AWS4-HMAC-SHA256 nonsense" };
    expect((await fetch(cloud.endpoint, { headers })).status).to.not.equal(200);
    expect((await fetch(cloud.endpoint)).status).to.not.equal(200);
  });

  it("responds with 413 to a body that is announced as too large, without reading it", async () => {
    const answer = await rawSocket(
      cloud.endpoint,
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n\r\nstart`,
    );
    expect(answer).to.match(/^HTTP\/1\.1 413 /);
    expect(answer).to.include(`The request is larger than ${MAX_BODY_BYTES} bytes.`);
    await expectsToBeWell();
  });

  it("responds with 413 to a body that becomes too large, and soon stops reading", async () => {
    const chunk = Buffer.alloc(1024 * 1024);
    const { port } = new URL(cloud.endpoint);
    const result = await new Promise<{ status?: number; sent: number }>((resolve) => {
      let sent = 0;
      let status: number | undefined;
      const outgoing = request({ host: "127.0.0.1", port, method: "POST", agent: false });
      const write = (): void => {
        // Endless, until the response or the end of the connection.
        while (!outgoing.destroyed && outgoing.write(chunk)) sent += chunk.length;
        sent += chunk.length;
      };
      outgoing.on("drain", write);
      outgoing.on("response", (answer) => {
        status = answer.statusCode;
        outgoing.destroy();
      });
      outgoing.on("error", () => undefined);
      outgoing.on("close", () => resolve({ status, sent }));
      write();
    });
    expect(result.status).to.equal(413);
    expect(result.sent).to.be.within(MAX_BODY_BYTES, 3 * MAX_BODY_BYTES);
    await expectsToBeWell();
  });

  it("responds in order to pipelined requests", async () => {
    const answer = await rawSocket(
      cloud.endpoint,
      `${HEALTH}\r\n` +
        "POST /_localcloud/clock HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}" +
        `${HEALTH}Connection: close\r\n\r\n`,
    );
    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).to.deep.equal(["200", "400", "200"]);
  });

  const garbage: [title: string, bytes: string | Buffer][] = [
    ["bytes that are no HTTP", Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3])],
    ["a request line without a version", "GET /\r\n\r\n"],
    ["no Host", "GET / HTTP/1.1\r\n\r\n"],
    ["HTTP/1.0 without a Host", "GET / HTTP/1.0\r\n\r\n"],
    [
      "two different lengths",
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx`,
    ],
    [
      "a length and chunks",
      `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ["a tunnel", "CONNECT evil.example:443 HTTP/1.1\r\nHost: localhost\r\n\r\n"],
    [
      "headers without end",
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${"y".repeat(20_000)}\r\n\r\n`,
    ],
    [
      "a malformed chunk",
      `POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    ],
  ];
  it("survives malformed requests, and responds to none with success", async () => {
    for (const [title, bytes] of garbage) {
      const answer = await rawSocket(cloud.endpoint, bytes);
      expect(answer, title).to.match(/^(HTTP\/1\.1 4\d\d |$)/);
      await expectsToBeWell();
    }
  });

  it("survives odd targets and headers", async () => {
    for (const line of [
      "OPTIONS *",
      "GET http://localhost/_localcloud/health",
      "GET /%",
      "GET /restapis/%E0%A4%A/x/_user_request_/",
      "GET //",
      "GET /?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/b/c",
      "HEAD /_localcloud/health",
      "GET /_localcloud/../etc/passwd",
    ]) {
      const answer = await rawSocket(
        cloud.endpoint,
        `${line} HTTP/1.1\r\nHost: localhost\r\n__proto__: x\r\nConnection: close\r\n\r\n`,
      );
      expect(answer, line).to.match(/^HTTP\/1\.1 4\d\d /);
      expect(answer, line).to.not.include("The local cloud failed");
    }
  });

  it("keeps running when a client disconnects during its request", async () => {
    await new Promise<void>((resolve) => {
      const { hostname, port } = new URL(cloud.endpoint);
      const socket = connect(Number(port), hostname, () => {
        socket.write(
          "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\npart",
          () => {
            socket.resetAndDestroy();
            resolve();
          },
        );
      });
    });
    await expectsToBeWell();
  });
});

describe("The server of a cloud, when it closes", () => {
  it("ends idle connections, long polls and the workers of functions", async () => {
    const cloud = await startCloud();
    const before = childProcesses(process.pid);
    const session = await roleSession(cloud, "worker", [
      { Effect: "Allow", Action: "logs:*", Resource: "*" },
    ]);
    const settings = {
      endpoint: cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "root", secretAccessKey: "root" },
      maxAttempts: 1,
    };
    const [lambda, sqs, ssm] = [
      new LambdaClient(settings),
      new SQSClient(settings),
      new SSMClient(settings),
    ];
    const zip = zipSync({ "index.js": strToU8("exports.handler = async () => 1;") });
    await lambda.send(
      new CreateFunctionCommand({
        FunctionName: "f",
        Runtime: "nodejs20.x",
        Handler: "index.handler",
        Role: session.principal.roleArn,
        Code: { ZipFile: zip },
      }),
    );
    await lambda.send(new InvokeCommand({ FunctionName: "f" }));
    const workers = childProcesses(process.pid).filter((pid) => !before.includes(pid));
    // The worker, its parent, and the watchdog that ends it when the cloud has ended.
    expect(workers).to.not.be.empty;

    const agent = new Agent({ keepAlive: true });
    const idle = await new Promise<{ destroyed: boolean }>((resolve, reject) => {
      request(`${cloud.endpoint}/_localcloud/health`, { agent }, (answer) => {
        const { socket } = answer;
        answer.resume().on("end", () => resolve(socket));
      })
        .on("error", reject)
        .end();
    });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "q" }));
    const poll = sqs
      .send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }))
      .catch((error: unknown) => error);
    await ssm.send(new GetParameterCommand({ Name: "/none" })).catch(() => undefined);

    await cloud.close();
    expect(String(await poll)).to.match(/ECONNRESET|socket hang up|aborted/);
    await until("the idle connection ends", () => idle.destroyed);
    const left = childProcesses(process.pid).filter((pid) => !before.includes(pid));
    expect(left).to.deep.equal([]);
    const error: unknown = await rawHttp(cloud.endpoint).catch((reason: unknown) => reason);
    expect(error).to.include({ code: "ECONNREFUSED" });
    [lambda, sqs, ssm].forEach((client) => client.destroy());
    agent.destroy();
  });
});
