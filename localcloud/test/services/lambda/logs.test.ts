import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import type { LoggingConfig } from "@aws-sdk/client-lambda";
import { expect } from "chai";
import { LambdaCloud, until } from "./lambdaCloud";

const TALKING = `
  console.log("loading");
  exports.handler = async () => {
    console.debug("fine", 1);
    console.info({ n: 1 });
    console.warn("careful");
    console.error(new RangeError("too far"));
    process.stdout.write("raw line\\n");
  };`;

describe("Lambda: logs", () => {
  let aws: LambdaCloud;
  before(async () => (aws = await LambdaCloud.start("manual")));
  after(() => aws.stop());

  const json = (logging: LoggingConfig = {}) => ({
    LoggingConfig: { LogFormat: "JSON", ...logging } satisfies LoggingConfig,
  });
  const records = (group: string): Record<string, unknown>[] =>
    aws.logs
      .lines(group)
      .filter((line) => line.startsWith("{"))
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it("are text like on AWS", async () => {
    await aws.create("text", TALKING);
    await aws.invoke("text");
    const lines = aws.logs.lines("/aws/lambda/text");
    const time = "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z";
    const id = "[0-9a-f-]{36}";
    const expected = [
      `^INIT_START Runtime Version: nodejs:20\\.v\\d+\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:`,
      `^${time}\tundefined\tINFO\tloading$`,
      `^START RequestId: ${id} Version: \\$LATEST$`,
      `^${time}\t${id}\tDEBUG\tfine 1$`,
      `^${time}\t${id}\tINFO\t\\{ n: 1 \\}$`,
      `^${time}\t${id}\tWARN\tcareful$`,
      `^${time}\t${id}\tERROR\tRangeError: too far\n`,
      "^raw line$",
      `^END RequestId: ${id}$`,
      `^REPORT RequestId: ${id}\tDuration: \\d+\\.\\d\\d ms\tBilled Duration: \\d+ ms\tMemory Size: 128 MB\tMax Memory Used: \\d+ MB\tInit Duration: \\d+\\.\\d\\d ms\t$`,
    ];
    expect(lines).to.have.length(expected.length);
    expected.forEach((pattern, n) => expect(lines[n]).to.match(new RegExp(pattern)));
  });

  it("report the init phase only once for an environment", async () => {
    await aws.create("once", TALKING);
    await aws.invoke("once");
    const { log } = await aws.invoke("once", {}, { LogType: "Tail" });
    expect(log)
      .to.match(/^START RequestId/)
      .and.match(/REPORT .* MB\t\n$/);
    expect(log).to.not.contain("Init Duration");
    expect(aws.logs.streams("/aws/lambda/once")).to.have.length(1);
  });

  it("are returned with their last 4 KB", async () => {
    await aws.create(
      "long",
      "exports.handler = async () => { for (let n = 0; n < 500; n++) console.log('line', n); };",
    );
    const { log } = await aws.invoke("long", {}, { LogType: "Tail" });
    expect(Buffer.byteLength(log)).to.equal(4096);
    expect(log).to.contain("line 499\n").and.not.contain("line 3\n");
  });

  it("contain a handler's error with its stack", async () => {
    await aws.create("erring", "exports.handler = async () => { throw new TypeError('oh'); };");
    await aws.invoke("erring");
    const line = aws.logs.lines("/aws/lambda/erring").find((text) => text.includes("Invoke Error"));
    const [, details] = (line ?? "").split("ERROR\tInvoke Error \t");
    expect(JSON.parse(details)).to.deep.include({ errorType: "TypeError", errorMessage: "oh" });
  });

  it("are JSON like on AWS", async () => {
    await aws.create("json", TALKING, json({ LogGroup: "/custom/group" }));
    await aws.invoke("json");
    const [initStart, loading, start, info, warn, error, report] = records("/custom/group");
    expect(initStart).to.have.nested.property("record.initializationType", "on-demand");
    expect(loading)
      .to.include({ level: "INFO", message: "loading" })
      .and.not.have.property("requestId");
    expect(start).to.include({ type: "platform.start" });
    expect(start).to.have.nested.property("record.version", "$LATEST");
    expect(info).to.deep.include({ level: "INFO", message: { n: 1 } });
    expect(info.requestId).to.match(/^[0-9a-f-]{36}$/);
    expect(warn).to.include({ level: "WARN", message: "careful" });
    expect(error).to.have.nested.property("message.errorType", "RangeError");
    expect(error).to.have.nested.property("message.stackTrace[0]", "RangeError: too far");
    expect(report).to.include({ type: "platform.report" });
    expect(report.record).to.include({ status: "success" });
    expect(report).to.have.nested.property("record.metrics.memorySizeMB", 128);
    expect(report).to.have.nested.property("record.metrics.initDurationMs").that.is.a("number");
  });

  it("are filtered by the application's and the system's level", async () => {
    await aws.create(
      "filtered",
      TALKING,
      json({ ApplicationLogLevel: "ERROR", SystemLogLevel: "WARN" }),
    );
    await aws.invoke("filtered");
    expect(records("/aws/lambda/filtered").map(({ level }) => level)).to.deep.equal(["ERROR"]);
    await aws.create(
      "verbose",
      TALKING,
      json({ ApplicationLogLevel: "DEBUG", SystemLogLevel: "DEBUG" }),
    );
    await aws.invoke("verbose");
    const all = records("/aws/lambda/verbose");
    expect(all.map(({ level }) => level)).to.include("DEBUG");
    expect(all.map(({ type }) => type)).to.include("platform.runtimeDone");
  });

  it("name a timeout and a crash in the JSON report", async () => {
    await aws.create(
      "crashing",
      "exports.handler = async (e) => { if (e.exit) process.exit(1); for (;;); };",
      {
        Timeout: 1,
        ...json(),
      },
    );
    await aws.invoke("crashing", { exit: true });
    await aws.invoke("crashing");
    const reports = records("/aws/lambda/crashing").filter(
      ({ type }) => type === "platform.report",
    );
    expect(reports[0].record).to.include({ status: "error", errorType: "Runtime.ExitError" });
    expect(reports[1].record).to.include({ status: "timeout" });
  });

  it("are dropped if the role may not write them, and the function runs all the same", async () => {
    const Role = await aws.role("mute", []);
    await aws.create("mute", TALKING, { Role });
    expect((await aws.invoke("mute")).error).to.equal(undefined);
    expect(aws.logs.lines("/aws/lambda/mute")).to.deep.equal([]);
    expect(aws.cloud.recorder.find({ roleName: "mute", outcome: "denied" })).to.not.deep.equal([]);
  });

  it("need no permission to create a group that exists", async () => {
    const Role = await aws.role("writer", ["logs:CreateLogStream", "logs:PutLogEvents"]);
    await aws.create("writer", TALKING, { Role });
    const logs = new CloudWatchLogsClient({
      endpoint: aws.cloud.endpoint,
      region: "us-east-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    await logs.send(new CreateLogGroupCommand({ logGroupName: "/aws/lambda/writer" }));
    logs.destroy();
    await aws.invoke("writer");
    expect(aws.logs.lines("/aws/lambda/writer")).to.not.deep.equal([]);
  });

  it("are sent while the request is still running", async () => {
    await aws.create(
      "live",
      "exports.handler = async () => { console.log('first'); await new Promise((r) => setTimeout(r, 300)); };",
    );
    let done = false;
    const running = aws.invoke("live").then(() => (done = true));
    await until(() => aws.logs.lines("/aws/lambda/live").some((line) => line.endsWith("first")));
    expect(done).to.equal(false);
    await running;
  });
});
