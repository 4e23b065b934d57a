import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudWatchClient,
  type Dimension,
  GetMetricStatisticsCommand,
} from "@aws-sdk/client-cloudwatch";
import {
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  InvokeCommand,
  PublishVersionCommand,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { packageFile, packageRoot } from "../../../core/packageRoot";
import { isAlive, LambdaCloud, scratchFolder, until } from "./lambdaCloud";

const SETUP = join(__dirname, "../../support/setup.js");

/**
 * A program that starts a cloud and a function that starts a child and computes endlessly, and then waits to be
 * killed.
 */
const HOST = `
  const { LambdaCloud } = require(${JSON.stringify(join(__dirname, "lambdaCloud"))});
  void (async () => {
    const aws = await LambdaCloud.start();
    await aws.create("orphan", \`
      const { spawn } = require("child_process");
      exports.handler = async (event) => {
        if (event.spin) for (;;);
        const child = spawn("sleep", ["1000"], { detached: true, stdio: "ignore" });
        return [process.cwd(), process.pid, child.pid];
      };\`, { Timeout: 900 });
    console.log(JSON.stringify((await aws.invoke("orphan")).value));
    void aws.invoke("orphan", { spin: true });
  })();`;

describe("Lambda: processes and time", () => {
  it("end with the cloud's own process when it is killed, including a busy worker and its detached child", async () => {
    const host: ChildProcess = spawn(process.execPath, ["--require", SETUP, "-e", HOST], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      let output = "";
      host.stdout?.on("data", (chunk: Buffer) => (output += chunk.toString()));
      await until(() => output.includes("\n"));
      const [folder, ...pids] = JSON.parse(output) as [string, number, number];
      expect(pids.map(isAlive)).to.deep.equal([true, true]);
      host.kill("SIGKILL");
      await once(host, "exit");
      await until(() => !pids.some(isAlive));
      await until(() => !existsSync(folder));
    } finally {
      host.kill("SIGKILL");
    }
  });

  it("include the runtime files beside the package's manifest", () => {
    expect(packageRoot().endsWith("localcloud")).to.equal(true);
    expect(existsSync(packageFile("services/lambda/runtime/node/bootstrap.cjs"))).to.equal(true);
  });

  it("hold the time for work that has just begun, and for work that it starts", async () => {
    const scratch = scratchFolder();
    const aws = await LambdaCloud.start("manual");
    try {
      await aws.grant("worker", ["sqs:*", "logs:*"]);
      const queue = { QueueName: "second", Attributes: { VisibilityTimeout: "30" } };
      const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand(queue));
      await aws.create(
        "first",
        `const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
         exports.handler = async (event) => {
           await new Promise((resolve) => setTimeout(resolve, 200));
           await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: ${JSON.stringify(QueueUrl)}, MessageBody: "go" }));
         };`,
      );
      const mark = scratch.path("mark");
      await aws.create(
        "second",
        `exports.handler = async () => {
           await new Promise((resolve) => setTimeout(resolve, 200));
           require("fs").appendFileSync(${JSON.stringify(mark)}, "x");
         };`,
      );
      await aws.lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: "second",
          EventSourceArn: "arn:aws:sqs:us-east-1:123456789012:second",
        }),
      );
      const invocation = { FunctionName: "first", InvocationType: "Event" as const };
      await aws.lambda.send(new InvokeCommand(invocation));
      await aws.cloud.clock.advance(24 * 3600 * 1000);
      expect(readFileSync(mark, "utf8")).to.equal("x");
    } finally {
      await aws.stop();
      scratch.remove();
    }
  });

  it("hold a running clock between the receive of a message and its handler", async () => {
    const scratch = scratchFolder();
    const aws = await LambdaCloud.start("running");
    try {
      await aws.grant("worker", ["sqs:*", "logs:*"]);
      const queue = { QueueName: "held", Attributes: { VisibilityTimeout: "180" } };
      const { QueueUrl } = await aws.sqs.send(new CreateQueueCommand(queue));
      const mark = scratch.path("counts");
      await aws.create(
        "counting",
        `exports.handler = async ({ Records }) => Records.forEach(({ attributes }) =>
           require("fs").appendFileSync(${JSON.stringify(mark)}, attributes.ApproximateReceiveCount));`,
      );
      await aws.lambda.send(
        new CreateEventSourceMappingCommand({
          FunctionName: "counting",
          EventSourceArn: "arn:aws:sqs:us-east-1:123456789012:held",
        }),
      );
      for (let n = 0; n < 5; n++) {
        await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
        // Each message meets a process that starts.
        await aws.cloud.clock.advance(46 * 60_000);
      }
      await until(() => existsSync(mark) && readFileSync(mark, "utf8").length >= 5);
      expect(readFileSync(mark, "utf8")).to.equal("11111");
    } finally {
      await aws.stop();
      scratch.remove();
    }
  });

  it("end when idle for the longest time beyond LOCALCLOUD_IDLE_PROCESSES", async () => {
    process.env.LOCALCLOUD_IDLE_PROCESSES = "3";
    const aws = await LambdaCloud.start();
    try {
      const code = "exports.handler = async () => process.pid;";
      const pids: number[] = [];
      for (let n = 0; n < 5; n++) {
        await aws.create(`crowd-${n}`, code);
        pids.push(Number((await aws.invoke(`crowd-${n}`)).value));
      }
      await until(() => pids.filter(isAlive).length === 3);
      expect(pids.slice(0, 2).map(isAlive)).to.deep.equal([false, false]);
    } finally {
      delete process.env.LOCALCLOUD_IDLE_PROCESSES;
      await aws.stop();
    }
  });

  it("publish Lambda's metrics to CloudWatch", async () => {
    const aws = await LambdaCloud.start();
    try {
      await aws.create("measured", "exports.handler = async () => { throw new Error('x'); };");
      await aws.invoke("measured");
      await aws.invoke("measured");
      const sums = await Promise.all(
        ["Invocations", "Errors", "Throttles"].map((name) => sum(aws, "measured", name)),
      );
      expect(sums).to.deep.equal([2, 2, undefined]);
      expect(await sum(aws, "measured", "Duration")).to.be.greaterThan(0);
      const { Version = "" } = await aws.lambda.send(
        new PublishVersionCommand({ FunctionName: "measured" }),
      );
      await aws.lambda.send(
        new CreateAliasCommand({
          FunctionName: "measured",
          Name: "live",
          FunctionVersion: Version,
        }),
      );
      await aws.invoke("measured:live");
      const byVersion = [
        { Name: "Resource", Value: "measured:live" },
        { Name: "ExecutedVersion", Value: Version },
      ];
      expect(await sum(aws, "measured", "Errors", byVersion)).to.equal(1);
      expect(await sum(aws, "measured", "Errors", byVersion.slice(0, 1))).to.equal(1);
      expect(await sum(aws, "measured", "Errors")).to.equal(3);
    } finally {
      await aws.stop();
    }
  });
});

/** Returns the sum of one of the function's metrics over the last hour; undefined without data. */
async function sum(
  aws: LambdaCloud,
  functionName: string,
  MetricName: string,
  dimensions: Dimension[] = [],
): Promise<number | undefined> {
  const client = new CloudWatchClient({
    endpoint: aws.cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const now = aws.cloud.clock.now();
  const { Datapoints } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace: "AWS/Lambda",
      MetricName,
      Dimensions: [{ Name: "FunctionName", Value: functionName }, ...dimensions],
      StartTime: new Date(now - 3_600_000),
      EndTime: new Date(now + 60_000),
      Period: 7200,
      Statistics: ["Sum"],
    }),
  );
  client.destroy();
  return Datapoints?.reduce<number | undefined>(
    (total, { Sum = 0 }) => (total ?? 0) + Sum,
    undefined,
  );
}
