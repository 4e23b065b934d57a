import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import type {
  RunMessage,
  SshCronFunctions,
  SshCronSettings,
} from "../../../../callbacks/instances/sshCron/settings";
import { dynamoStore } from "../../../../callbacks/instances/sshCron/store/dynamoStore";
import { triggerHandler } from "../../../../callbacks/instances/sshCron/trigger";
import { type Cloud, rootAccess, startCloud } from "../../../../localcloud/testing";
import { SETTINGS } from "./settings";

const DUE = Date.UTC(2027, 0, 4, 8);
const PIN = `SHA256:${"A".repeat(43)}`;

describe("SshCron: sending messages about runs", function () {
  this.timeout(60_000);
  let cloud: Cloud;
  let queueUrl = "";
  before(async () => {
    cloud = await startCloud({ port: 0 });
    const key = ["id", "part"] as const;
    await new DynamoDBClient(rootAccess(cloud)).send(
      new CreateTableCommand({
        TableName: "runs",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: key.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
        KeySchema: [
          { AttributeName: "id", KeyType: "HASH" },
          { AttributeName: "part", KeyType: "RANGE" },
        ],
      }),
    );
    queueUrl = await newQueue("hosts");
  });
  after(() => cloud.close());

  async function newQueue(QueueName: string): Promise<string> {
    const sqs = new SQSClient(rootAccess(cloud));
    return (await sqs.send(new CreateQueueCommand({ QueueName }))).QueueUrl ?? "";
  }
  const hostsOf = (count: number) =>
    Array.from({ length: count }, (_value, index) => ({
      host: `host-${String(index).padStart(4, "0")}`,
      pins: [PIN],
    }));
  const triggerOf = (
    settings: Partial<SshCronSettings>,
    { url = queueUrl, functions = {} }: { url?: string; functions?: SshCronFunctions } = {},
  ) => {
    const aws = rootAccess(cloud);
    const deps = { aws, fetch, now: () => DUE, random: () => 0.5, sleep: async () => undefined };
    const config = {
      settings: { ...SETTINGS, ...settings },
      ...{ functions, queries: [], tableName: "runs", queueUrl: url },
    };
    const handler = triggerHandler(config, deps, () => undefined);
    return (event: Parameters<typeof handler>[0]) =>
      handler(event, { getRemainingTimeInMillis: () => 60_000 });
  };
  async function received(): Promise<RunMessage[]> {
    const sqs = new SQSClient(rootAccess(cloud));
    const found: RunMessage[] = [];
    for (;;) {
      const input = { QueueUrl: queueUrl, MaxNumberOfMessages: 10 };
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
      if (Messages.length === 0) return found.sort((a, b) => (a.host.id < b.host.id ? -1 : 1));
      for (const { Body = "{}", ReceiptHandle } of Messages) {
        found.push(JSON.parse(Body) as RunMessage);
        await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
      }
    }
  }

  /**
   * The fewest calls for H hosts: H / 10 that send (10 messages fit into one), one item that begins the occurrence, and
   * one that ends its sending. Hosts that are instances add H / 1000 calls that describe them, and H / 100 that read
   * keys.
   */
  it("makes no more calls for a thousand hosts than needed, in any order, twice", async () => {
    const url = await newQueue("thousand");
    const trigger = triggerOf({ staticHosts: hostsOf(1000) }, { url });
    const after = cloud.recorder.last;
    await trigger({ scheduledTime: new Date(DUE).toISOString() });
    const counts: Record<string, number> = {};
    for (const { operation } of cloud.recorder.find({ after }))
      counts[operation] = (counts[operation] ?? 0) + 1;
    expect(counts).to.deep.equal({ PutItem: 1, SendMessageBatch: 100, UpdateItem: 1 });
    const again = cloud.recorder.last;
    await trigger({ scheduledTime: new Date(DUE).toISOString() });
    const calls = cloud.recorder.find({ after: again }).map(({ operation }) => operation);
    expect(calls).to.deep.equal(["PutItem", "GetItem"]);
    const sqs = new SQSClient(rootAccess(cloud));
    const AttributeNames = ["ApproximateNumberOfMessages" as const];
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames }),
    );
    expect(Attributes?.ApproximateNumberOfMessages).to.equal("1000");
  });

  it("sends the first wave, then requested ones, to the hosts present then, and reports those that left", async () => {
    const occurrence = "2027-01-04T08:15:00Z";
    const batch = { size: 2, pause: 0, maxFailures: 0 };
    const staticHosts = hostsOf(5);
    await triggerOf({ staticHosts, batch })({ scheduledTime: occurrence });
    const first = await received();
    expect(first.map(({ host }) => host.id)).to.deep.equal(["host-0000", "host-0001"]);
    const later = triggerOf({ staticHosts: staticHosts.slice(0, 3), batch });
    await later({ send: { occurrence, hosts: ["host-0002", "host-0003"], poll: false } });
    const [next, ...others] = await received();
    expect([next.host.id, next.startBy, next.poll]).to.deep.equal([
      ...["host-0002", first[0].startBy, undefined],
    ]);
    expect(others).to.deep.equal([]);
    const store = dynamoStore(new DynamoDBClient(rootAccess(cloud)), "runs", 30);
    expect(await store.runs(occurrence)).to.have.length(1);
    expect(await store.run(occurrence, "host-0003")).to.deep.include({
      state: "skipped",
      reason: "it no longer runs, or is not a target",
    });
  });

  it("starts nothing when `when` returns a promise, which would be true at any time", async () => {
    const when = (() => Promise.resolve(false)) as unknown as () => boolean;
    const trigger = triggerOf({ staticHosts: hostsOf(1) }, { functions: { when } });
    const failed = trigger({ scheduledTime: "2027-01-04T09:15:00Z" });
    const error = await failed.catch((reason: unknown) => reason);
    expect(String(error)).to.match(/when returned a promise; return the answer itself/);
    expect(await received()).to.deep.equal([]);
  });

  it("polls background jobs for minutes, and records nothing for hosts that left", async () => {
    const occurrence = "2027-01-04T08:30:00Z";
    const trigger = triggerOf({ staticHosts: hostsOf(1) });
    await trigger({ scheduledTime: occurrence });
    await received();
    await trigger({ send: { occurrence, hosts: ["host-0000", "host-0009"], poll: true } });
    const [question, ...others] = await received();
    expect(question).to.deep.include({ occurrence, poll: true, startBy: DUE + 5 * 60_000 });
    expect(others).to.deep.equal([]);
    const store = dynamoStore(new DynamoDBClient(rootAccess(cloud)), "runs", 30);
    expect(await store.runs(occurrence)).to.deep.equal([]);
    const nobody = trigger({ send: { occurrence: "never", hosts: [], poll: true } });
    const error: unknown = await nobody.catch((reason: unknown) => reason);
    expect(String(error)).to.contain("There is no occurrence never");
  });
});
