import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ListQueuesCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { appendFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { type RunningProgram, startProgram } from "../../testing";
import { startCloud } from "../../cloud/cloud";
import { ROOT_CREDENTIALS } from "../../core/rootCredentials";
import { copyProgram } from "../support/localcloudCommand";

const FUNCTIONS = path.join(__dirname, "../cli/programs/functions");
const TABLE = `
const table = new aws.dynamodb.Table("table", {
  attributes: [{ name: "id", type: "S" }], hashKey: "id", billingMode: "PAY_PER_REQUEST",
});
export const tableName = table.name;
`;

describe("A program that is reset", () => {
  let program: RunningProgram;
  let copy: ReturnType<typeof copyProgram>;

  before(async () => {
    copy = copyProgram(FUNCTIONS);
    appendFileSync(path.join(copy.directory, "index.ts"), TABLE);
    program = await startProgram({ directory: copy.directory });
  });
  after(async () => {
    await program.close();
    copy.remove();
  });

  it("is in its state after the start: resources, data, queues, time, faults and calls", async () => {
    const { cloud } = program;
    const [TableName, QueueUrl, FunctionName] = [
      ...["tableName", "queueUrl", "greeterFunctionName"].map((name) => program.output(name)),
    ];
    const [resources, outputs, now] = [program.resources, program.outputs, cloud.clock.now()];
    const calls = cloud.recorder.find().length;
    const dynamodb = program.client(DynamoDBClient);
    const sqs = program.client(SQSClient);
    const lambda = program.client(LambdaClient);
    await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "left" } } }));
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "left" }));
    await sqs.send(new CreateQueueCommand({ QueueName: "left" }));
    await lambda.send(new InvokeCommand({ FunctionName }));
    cloud.faults.add({ kind: "throttle", service: "sqs", times: "forever" });
    await cloud.clock.advance(86_400_000);

    expect(await program.reset()).to.deep.equal(outputs);
    expect(known(program.resources)).to.deep.equal(known(resources));
    expect(cloud.clock.now()).to.equal(now);
    expect(cloud.faults.list()).to.deep.equal([]);
    expect(cloud.recorder.find().length).to.equal(calls);
    expect((await dynamodb.send(new ScanCommand({ TableName }))).Items).to.deep.equal([]);
    expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).to.deep.equal([QueueUrl]);
    const count = "ApproximateNumberOfMessages";
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [count] }),
    );
    expect(Attributes?.[count]).to.equal("0");
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName }));
    expect(Payload?.transformToString()).to.equal('"hello"');
  });

  it("may be reset while it is being deployed, and again immediately", async () => {
    const [first, second, third] = await Promise.all([
      program.deploy(),
      program.reset(),
      program.reset(),
    ]);
    expect(second).to.deep.equal(first);
    expect(third).to.deep.equal(first);
  });

  it("applies changes made meanwhile, and reports the reason if that fails", async () => {
    const file = path.join(copy.directory, "greeter.ts");
    writeFileSync(file, "export const greeter = notThere;");
    const failed = await program.reset().catch((error: Error) => error.message);
    expect(failed).to.include("notThere is not defined");
    writeFileSync(
      file,
      'export const greeter = "exports.handler = () => Promise.resolve(`mended`)";',
    );
    await program.reset();
    const FunctionName = program.output("greeterFunctionName");
    const { Payload } = await program
      .client(LambdaClient)
      .send(new InvokeCommand({ FunctionName }));
    expect(Payload?.transformToString()).to.equal('"mended"');
  });
});

/** Returns everything except the ids that IAM generates at random. */
function known(resources: RunningProgram["resources"]): unknown[] {
  return resources.map(({ outputs, ...others }) => {
    const { uniqueId: _drawn, ...kept } = outputs;
    return { ...others, outputs: kept };
  });
}

describe("A cloud without a program that is reset", () => {
  it("is empty, over HTTP too", async () => {
    const cloud = await startCloud();
    const { endpoint, defaultRegion: region } = cloud;
    const sqs = new SQSClient({ endpoint, region, credentials: ROOT_CREDENTIALS });
    try {
      await sqs.send(new CreateQueueCommand({ QueueName: "left" }));
      const reset = await fetch(`${endpoint}/_localcloud/reset`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      expect(reset.status).to.equal(200);
      expect((await sqs.send(new ListQueuesCommand({}))).QueueUrls).to.equal(undefined);
      expect(cloud.clock.timers()).to.deep.equal([]);
    } finally {
      sqs.destroy();
      await cloud.close();
    }
  });
});
