import { CreateQueueCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type { Cloud } from "../../../cloud/cloud";
import { curlOf } from "../../../console/live/curl";
import type { SpanRow, TraceRow } from "../../../cloud/console/rows";
import { LambdaCloud } from "../../services/lambda/lambdaCloud";
import { rawHttp } from "../../support/rawHttp";
import { until } from "../../support/until";

type TraceDetail = TraceRow & { readonly rows: readonly SpanRow[] };
type Value = Record<string, unknown>;

const ECHO = `exports.handler = async (event) => ({ got: event });`;

describe("The console's page and what it stands on", () => {
  let aws: LambdaCloud;
  let cloud: Cloud;

  before(async () => {
    aws = await LambdaCloud.start("manual", { traces: true });
    cloud = aws.cloud;
    await aws.create("echo", ECHO);
    await aws.sqs.send(new CreateQueueCommand({ QueueName: "work" }));
  });
  after(() => aws.stop());

  async function ask(path: string, body?: object): Promise<{ status: number; value: Value }> {
    const headers = { "content-type": "application/json" };
    const init = body && { method: "POST", headers, body: JSON.stringify(body) };
    const answer = await fetch(`${cloud.endpoint}/_localcloud/${path}`, init);
    return { status: answer.status, value: (await answer.json()) as Value };
  }
  const readTrace = async (id: unknown): Promise<TraceDetail> =>
    (await ask(`traces/${String(id)}`)).value as unknown as TraceDetail;
  const lastSpan = async (kind: string): Promise<{ trace: string; span: string }> => {
    const { rows } = (await ask("traces")).value as unknown as { rows: TraceRow[] };
    for (const { id } of rows) {
      const found = (await readTrace(id)).rows.find((row) => row.kind === kind);
      if (found) return { trace: id, span: found.id };
    }
    throw new Error(`no span of a ${kind}`);
  };
  const refused = async (path: string, body: object): Promise<string> => {
    const { status, value } = await ask(path, body);
    expect(status, JSON.stringify(value)).to.equal(400);
    return String(value.message);
  };

  for (const [file, type] of [
    ["", "text/html; charset=utf-8"],
    ["/app.js", "text/javascript; charset=utf-8"],
    ["/app.css", "text/css; charset=utf-8"],
  ])
    it(`serves /_localcloud/console${file} with a content security policy that allows nothing else`, async () => {
      const answer = await fetch(`${cloud.endpoint}/_localcloud/console${file}`);
      expect(answer.status).to.equal(200);
      expect(answer.headers.get("content-type")).to.equal(type);
      const policy = answer.headers.get("content-security-policy");
      expect(policy).to.match(/^default-src 'none'; script-src 'self'; style-src 'self'; /);
      expect(policy).to.include("frame-ancestors 'none'").and.not.include("unsafe");
    });

  it("serves no other file, in particular none from elsewhere on the disk", async () => {
    for (const file of ["/app.tsx", "/../package.json", "/%2e%2e/package.json"]) {
      const path = `/_localcloud/console${file}`;
      expect((await rawHttp(cloud.endpoint, { path })).status, file).to.equal(404);
    }
  });

  it("calls an operation as the account's root user, with bytes as strings", async () => {
    const input = { FunctionName: "echo", Payload: '{"a":1}' };
    const { value } = await ask("call", { service: "lambda", operation: "Invoke", input });
    expect(value).to.include({ StatusCode: 200, Payload: '{"got":{"a":1}}' });
  });

  it("refuses a value of the wrong type as AWS does, and keeps other bytes as Base64", async () => {
    const input = { QueueUrl: 1 };
    expect(await refused("call", { service: "sqs", operation: "SendMessage", input })).to.equal(
      "SerializationException: NUMBER_VALUE can not be converted to a String",
    );
    const QueueUrl = `${cloud.endpoint}/${cloud.accountId}/work`;
    const attribute = { bytes: { DataType: "Binary", BinaryValue: "AP/+" } };
    const message = { QueueUrl, MessageBody: "bytes", MessageAttributes: attribute };
    await ask("call", { service: "sqs", operation: "SendMessage", input: message });
    const receipt = { QueueUrl, MessageAttributeNames: ["All"], MaxNumberOfMessages: 10 };
    const received = { service: "sqs", operation: "ReceiveMessage", input: receipt };
    const { Messages } = (await ask("call", received)).value as { Messages: Value[] };
    expect(Messages.map(({ MessageAttributes }) => MessageAttributes)).to.deep.equal([attribute]);
    const ReceiptHandle = Messages[0].ReceiptHandle;
    const removal = { QueueUrl, ReceiptHandle };
    await ask("call", { service: "sqs", operation: "DeleteMessage", input: removal });
  });

  it("returns AWS's own error messages", async () => {
    const input = { QueueUrl: "none" };
    const message = await refused("call", { service: "sqs", operation: "SendMessage", input });
    expect(message).to.match(/^\S+: .+/);
    expect(await refused("call", { service: "sqs" })).to.match(/^Send \{"service"/);
  });

  it("traces its changes, but not its reads", async () => {
    await fetch(`${cloud.endpoint}/_localcloud/traces`, { method: "DELETE" });
    await ask("call", { service: "sqs", operation: "ListQueues", input: {} });
    await ask("call", { service: "sqs", operation: "CreateQueue", input: { QueueName: "made" } });
    const { rows } = (await ask("traces")).value as unknown as { rows: TraceRow[] };
    expect(rows.map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal([
      "console sqs.CreateQueue",
    ]);
  });

  it("replays the event of a function, unchanged and edited", async () => {
    await aws.invoke("echo", { a: 1 });
    const span = await lastSpan("function");
    for (const [text, got] of [
      [undefined, '{"got":{"a":1}}'],
      ['{"b":2}', '{"got":{"b":2}}'],
    ]) {
      const { value } = await ask("replay", { ...span, text });
      await until("the replay is done", async () => (await readTrace(value.trace)).open === 0);
      const { name, rows } = await readTrace(value.trace);
      expect(name).to.equal("replay of echo");
      const again = rows.find(({ kind }) => kind === "function");
      const detail = await ask(`traces/${String(value.trace)}/${again?.id}`);
      expect(detail.value.data).to.include({ answer: got });
    }
  });

  it("replays a message", async () => {
    const QueueUrl = `${cloud.endpoint}/${cloud.accountId}/work`;
    await aws.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "once more" }));
    await ask("replay", await lastSpan("message"));
    const queue = `arn:aws:sqs:us-east-1:${cloud.accountId}:work`;
    await until("the message is there twice", async () => {
      const { messages } = (await ask("peek", { queue })).value as { messages: Value[] };
      return messages.filter(({ body }) => body === "once more").length === 2;
    });
  });

  it("refuses to replay dropped spans, and spans without a request", async () => {
    expect(await refused("replay", { trace: "1-0-0", span: "0" })).to.match(/that is kept\.$/);
    const call = await lastSpan("call");
    expect(await refused("replay", call)).to.match(/^A call cannot be replayed/);
  });

  it("shows a queue's messages without receiving them, and refuses a missing queue", async () => {
    const queue = `arn:aws:sqs:us-east-1:${cloud.accountId}:work`;
    for (let times = 0; times < 2; times += 1) {
      const { messages } = (await ask("peek", { queue })).value as { messages: Value[] };
      expect(messages[0]).to.include({ state: "visible", receiveCount: 0 });
    }
    expect(await refused("peek", { queue: "arn:none" })).to.match(/ARN of an existing queue/);
  });

  it("shows the policies that are attached to a role, too", async () => {
    const PolicyArn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    const input = { RoleName: "worker", PolicyArn };
    await ask("call", { service: "iam", operation: "AttachRolePolicy", input });
    const roles = (await ask("permissions")).value as unknown as {
      roleName: string;
      policies: { name: string; document: { Statement: unknown } }[];
    }[];
    const policies = roles.find(({ roleName }) => roleName === "worker")?.policies ?? [];
    expect(policies.map(({ name }) => name)).to.deep.equal([
      "actions",
      "AWSLambdaBasicExecutionRole",
    ]);
    expect(JSON.stringify(policies[1].document)).to.include("logs:PutLogEvents");
    await ask("call", { service: "iam", operation: "DetachRolePolicy", input });
  });

  it("shows the granted and used permissions of each role", async () => {
    const { value } = await ask("permissions");
    const roles = value as unknown as { roleName: string; policies: Value[] }[];
    expect(roles.find(({ roleName }) => roleName === "worker")?.policies[0]).to.include({
      name: "actions",
    });
  });
});

describe("A request as a line for the shell", () => {
  it("quotes special characters of the shell, and omits headers that curl sets itself", () => {
    const headers = { host: "x", "content-type": "application/json", "user-agent": "node" };
    const request = { method: "POST", path: "/a", query: "b=1&c", headers, body: `{"it's":1}` };
    expect(curlOf(request, "http://127.0.0.1:1")).to.equal(
      `curl -i -X POST 'http://127.0.0.1:1/a?b=1&c' -H 'content-type: application/json' --data-binary '{"it'\\''s":1}'`,
    );
  });
});
