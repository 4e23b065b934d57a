import { createServer } from "node:net";
import * as path from "node:path";
import { FilterLogEventsCommand, CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { GetFunctionCommand, InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { describeOutputs } from "../../localcloud/cli/up/outputs";
import { styleFor } from "../../localcloud/cli/output/style";
import { ROOT_CREDENTIALS, Session } from "../../localcloud/engine/session";
import type { RunResult } from "../../localcloud/engine/run";
import { Debugger } from "../support/closures/debugger";

const PROGRAM = path.resolve(__dirname, "../../examples/function-alarms");
const FILE = path.join(PROGRAM, "index.ts");

/** The bundle of the callback; its npm packages are in another file. */
const SCRIPT = /index\.js$/;

const lineOf = (text: string): number =>
  readFileSync(FILE, "utf8")
    .split("\n")
    .findIndex((line) => line.includes(text)) + 1;

/** Line number of the example that throws, starting at 1. */
const THROWS = lineOf("throw new RangeError");

describe("A callback in the local cloud", function () {
  this.timeout(120_000);
  let session: Session;
  let result: RunResult;
  let port = 0;
  before(async () => {
    port = await freePort();
    session = await Session.start({ directory: PROGRAM, programHost: "reused", inspect: port });
    result = await session.deploy();
  });
  after(() => session.close());

  const client = <T>(Client: new (settings: object) => T): T =>
    new Client({
      endpoint: session.cloud.endpoint,
      region: session.cloud.defaultRegion,
      credentials: ROOT_CREDENTIALS,
    });
  const divide = async (b: number): Promise<unknown> => {
    const { Payload } = await client(LambdaClient).send(
      new InvokeCommand({
        FunctionName: String(result.outputs.divideFunctionName),
        Payload: JSON.stringify({ a: 1, b }),
      }),
    );
    return JSON.parse(Payload?.transformToString() ?? "");
  };

  it("shows lines of TypeScript in its stack traces, and nothing of its callers", async () => {
    const { errorType, trace } = (await divide(0)) as { errorType: string; trace: string[] };
    expect(errorType).to.equal("RangeError");
    expect(trace.slice(1).map((line) => line.trim())).to.satisfy((lines: string[]) =>
      lines.every((line) => line.includes(`${FILE}:`)),
    );
    expect(trace[1]).to.include(`${FILE}:${THROWS}:`);
  });

  it("shows them in its log too", async () => {
    const { events = [] } = await client(CloudWatchLogsClient).send(
      new FilterLogEventsCommand({ logGroupName: logGroup(), filterPattern: "RangeError" }),
    );
    expect(events.map(({ message }) => message).join("")).to.include(`${FILE}:${THROWS}:`);
  });

  it("is deployed without a source map", async () => {
    const { Code } = await client(LambdaClient).send(
      new GetFunctionCommand({ FunctionName: String(result.outputs.divideFunctionName) }),
    );
    const zip = Buffer.from(await (await fetch(Code?.Location ?? "")).arrayBuffer());
    expect(zip.includes("index.js")).to.equal(true);
    expect(zip.includes(".map")).to.equal(false);
  });

  it("stops at a line of TypeScript in a debugger, for longer than its timeout", async () => {
    expect(await describeOutputs(session, result, styleFor(process.stderr))).to.include(
      `\n  divide                   127.0.0.1:${port}\n`,
    );
    const attached = await Debugger.attach(port);
    try {
      await attached.pauseOnExceptions();
      const answered = divide(0);
      expect(await attached.paused(SCRIPT)).to.equal(`${FILE}:${THROWS}`);
      // The function's whole timeout passes while it is paused.
      await session.cloud.clock.advance(15 * 60_000);
      await attached.resume();
      expect(await answered).to.include({ errorType: "RangeError" });
    } finally {
      attached.close();
    }
  });

  it("stops at a breakpoint that an editor sets in the TypeScript file, and answers when it continues", async () => {
    const attached = await Debugger.attach(port);
    try {
      await attached.breakAt(SCRIPT, FILE, lineOf("return a / b"));
      const answered = divide(2);
      expect(await attached.paused(SCRIPT)).to.equal(`${FILE}:${lineOf("return a / b")}`);
      await attached.resume();
      expect(await answered).to.equal(0.5);
    } finally {
      attached.close();
    }
  });

  function logGroup(): string {
    const found = session.resources.find(
      ({ type, urn }) => type === "aws:cloudwatch/logGroup:LogGroup" && urn.includes("divide"),
    );
    return String(found?.outputs.name);
  }
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
