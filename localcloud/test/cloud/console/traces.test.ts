import { CreateEventSourceMappingCommand } from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { type Cloud, startCloud } from "../../../cloud/cloud";
import type { SpanDetail, SpanRow, TraceRow } from "../../../cloud/console/rows";
import { LambdaCloud } from "../../services/lambda/lambdaCloud";
import { rawHttp } from "../../support/rawHttp";
import { until } from "../../support/until";

type TraceDetail = TraceRow & { readonly rows: readonly SpanRow[] };

/** Fails for the message `bad`; in the mode `denied` it calls an operation that its role may not call. */
const READER = `
  const { SQSClient, ListQueuesCommand } = require("@aws-sdk/client-sqs");
  exports.handler = async (event) => {
    if (process.env.MODE === "denied") await new SQSClient({}).send(new ListQueuesCommand({}));
    if (event.Records?.some((record) => record.body === "bad")) throw new Error("bad message");
  };`;

async function ask<Answer>({ endpoint }: Cloud, path: string): Promise<Answer> {
  const answer = await fetch(`${endpoint}/_localcloud/traces${path}`);
  return (await answer.json()) as Answer;
}

describe("The traces of a cloud", () => {
  let aws: LambdaCloud;
  let cloud: Cloud;

  before(async () => {
    aws = await LambdaCloud.start("manual", { traces: true });
    cloud = aws.cloud;
    const consumer = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    await aws.grant("worker", consumer);
    await aws.create("reader", READER, { Timeout: 10 });
  });
  after(() => aws.stop());

  async function queue(QueueName: string, Attributes = {}): Promise<[url: string, arn: string]> {
    const { QueueUrl = "" } = await aws.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    const input = { QueueUrl, AttributeNames: ["QueueArn"] } as const;
    const found = await aws.sqs.send(
      new GetQueueAttributesCommand({ ...input, AttributeNames: ["QueueArn"] }),
    );
    return [QueueUrl, found.Attributes?.QueueArn ?? ""];
  }
  const rows = async (name: string): Promise<TraceRow[]> =>
    (await ask<{ rows: TraceRow[] }>(cloud, "")).rows.filter((row) => row.name === name);
  const readTrace = (id: string): Promise<TraceDetail> => ask<TraceDetail>(cloud, `/${id}`);

  it("follow a message to its function, to the dead-letter queue, and back by a redrive", async () => {
    const [, deadArn] = await queue("dead");
    const [url, arn] = await queue("work", {
      VisibilityTimeout: "10",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 1 }),
    });
    await aws.lambda.send(
      new CreateEventSourceMappingCommand({ EventSourceArn: arn, FunctionName: "reader" }),
    );
    await aws.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: "bad" }));
    const [sent] = await rows("sqs.SendMessage");
    for (let minute = 0; minute < 3; minute += 1) await cloud.clock.advance(60_000);
    const { rows: spans, problem } = await readTrace(sent.id);
    expect(problem).to.equal("error");
    const bad = spans.filter(({ kind, name }) => kind === "message" && name === "dead");
    expect(bad).to.have.length(1);
    expect(spans.find(({ id }) => id === bad[0].parent)).to.include({ name: "work" });

    await aws.sqs.send(new StartMessageMoveTaskCommand({ SourceArn: deadArn }));
    await cloud.clock.advance(60_000);
    const after = await readTrace(sent.id);
    const back = after.rows.filter(({ parent }) => parent === bad[0].id);
    expect(back.map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal(["message work"]);
    const [redrive] = await rows("sqs.StartMessageMoveTask");
    expect(back[0].links).to.deep.include({
      why: "redriven",
      trace: redrive.id,
      span: (await readTrace(redrive.id)).rows[0].id,
    });
  });

  it("link the messages of a batch that come from several causes", async () => {
    const [url, arn] = await queue("batched");
    const send = (MessageBody: string): Promise<unknown> =>
      aws.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    await send("one");
    await send("two");
    await aws.lambda.send(
      new CreateEventSourceMappingCommand({ EventSourceArn: arn, FunctionName: "reader" }),
    );
    const [second, first] = await rows("sqs.SendMessage");
    await until("the batch reaches its function", async () => {
      await cloud.clock.advance(1_000);
      return (await readTrace(first.id)).functions === 1;
    });
    const batch = (await readTrace(first.id)).rows.find(({ kind }) => kind === "batch");
    const other = (await readTrace(second.id)).rows.find(({ kind }) => kind === "message");
    expect(batch?.links).to.deep.equal([
      { why: "of the same batch", trace: second.id, span: other?.id },
    ]);
    expect(other?.links?.[0]).to.include({ trace: first.id, span: batch?.id });
  });

  it("show why a call was denied, with AWS's message, and what would allow it", async () => {
    await aws.create("curious", READER, { Environment: { Variables: { MODE: "denied" } } });
    await aws.invoke("curious", {});
    const [row] = await rows("lambda.Invoke");
    expect(row).to.include({ problem: "denied", functions: 1 });
    const { rows: spans } = await readTrace(row.id);
    const denied = spans.find(({ status, kind }) => status === "denied" && kind === "call");
    const { data, hint } = await ask<SpanDetail>(cloud, `/${row.id}/${denied?.id}`);
    expect(data.call?.errorMessage).to.match(
      /^User: arn:aws:sts::123456789012:assumed-role\/worker\/curious is not authorized to perform: sqs:listqueues .* because no identity-based policy allows the sqs:listqueues action$/,
    );
    expect(hint).to.match(/^Grant sqs:ListQueues on .* to worker\. The nearest statement is /);
  });

  it("contain a function's log and measurements", async () => {
    await aws.create("talker", `exports.handler = async () => console.log("a line of it");`);
    await aws.invoke("talker", { hello: "world" });
    const [row] = await rows("lambda.Invoke");
    const found = (await readTrace(row.id)).rows.find(({ kind }) => kind === "function");
    expect(found).to.include({ name: "talker", version: "$LATEST", cold: true, status: "ok" });
    const { logs, data } = await ask<SpanDetail>(cloud, `/${row.id}/${found?.id}`);
    expect(logs?.some((line) => line.includes("a line of it"))).to.equal(true);
    expect(data.event).to.equal('{"hello":"world"}');
  });

  it("are streamed as they happen", async () => {
    const answer = await fetch(`${cloud.endpoint}/_localcloud/traces/stream`);
    expect(answer.headers.get("content-type")).to.equal("text/event-stream");
    const texts = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let heard = "";
    const hear = async (text: string): Promise<void> => {
      while (!heard.includes(text)) heard += (await texts?.read())?.value ?? "";
    };
    await hear("event: hello");
    await queue("heard-of");
    await hear("sqs.CreateQueue");
    await texts?.cancel();
  });

  it("are removed when they are cleared", async () => {
    await fetch(`${cloud.endpoint}/_localcloud/traces`, { method: "DELETE" });
    expect((await ask<{ rows: TraceRow[] }>(cloud, "")).rows).to.deep.equal([]);
  });

  it("respond with 404 when they do not exist", async () => {
    const answer = await fetch(`${cloud.endpoint}/_localcloud/traces/1-0-0`);
    expect(answer.status).to.equal(404);
  });
});

describe("The traces' guard", () => {
  let cloud: Cloud;
  before(async () => (cloud = await startCloud({ traces: true, services: undefined })));
  after(() => cloud.close());

  const strangers: Record<string, Record<string, string>> = {
    "another host's name": { host: "evil.example" },
    "a page of another port": { origin: "http://127.0.0.1:1" },
    "a page of another site": { "sec-fetch-site": "cross-site" },
  };
  for (const [who, headers] of Object.entries(strangers))
    for (const path of ["/_localcloud/traces", "/_localcloud/traces/stream"])
      it(`refuses ${path} to ${who}`, async () => {
        const { status } = await rawHttp(cloud.endpoint, { path, headers });
        expect(status).to.equal(403);
      });
});

describe("A cloud without traces", () => {
  it("reports that tracing is off, and begins no span for any call", async () => {
    const cloud = await startCloud();
    try {
      expect(cloud.tracer).to.equal(undefined);
      expect(await ask(cloud, "")).to.deep.include({ tracing: false, traces: 0, rows: [] });
    } finally {
      await cloud.close();
    }
  });
});
