import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { RunInstancesCommand } from "@aws-sdk/client-ec2";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { RunPorts } from "../../../callbacks/instances/sshCron/prepare";
import { runMessage } from "../../../callbacks/instances/sshCron/runMessage";
import type { RunMessage } from "../../../callbacks/instances/sshCron/settings";
import { triggerHandler } from "../../../callbacks/instances/sshCron/trigger";
import { AMI, connection, Ec2Cloud } from "../../../localcloud/test/services/ec2/ec2Cloud";
import { memoryStore } from "../../callbacks/instances/sshCron/memoryStore";
import { SETTINGS } from "../../callbacks/instances/sshCron/settings";

export const HOSTS = 1000;
export const CONCURRENCY = 50;
export const SESSION_MS = 20_000;
/** Instances per launch call. */
const LAUNCH = 100;
/** The host keys are pinned beforehand: learning them once is not part of an occurrence. */
const JOB = { ...SETTINGS, trustOnFirstUse: true, timeout: 300 };

export interface FleetLoad {
  readonly triggerMs: number;
  readonly tookMs: number;
  readonly ok: number;
  readonly started: number;
  readonly describes: number;
  readonly batches: number;
}

/** Runs one occurrence on a fleet: a trigger on the local cloud, and workers in virtual time. */
export async function loadFleet(): Promise<FleetLoad> {
  const c = await Ec2Cloud.start();
  try {
    c.store.bootMs = () => 1_000;
    for (let count = 0; count < HOSTS; count += LAUNCH)
      await c.client.send(
        new RunInstancesCommand({ ImageId: AMI, MinCount: LAUNCH, MaxCount: LAUNCH }),
      );
    await c.seconds(2);
    const { messages, triggerMs } = await trigger(c);
    const calls = (service: string, operation: string): number =>
      c.cloud.recorder.find({ service, operation }).length;
    const describes = calls("ec2", "DescribeInstances");
    const batches = calls("sqs", "SendMessageBatch");
    return { triggerMs, describes, batches, ...(await work(messages)) };
  } finally {
    await c.stop();
  }
}

/** Returns the messages of an occurrence, and how long sending them took. */
async function trigger(c: Ec2Cloud): Promise<{ messages: RunMessage[]; triggerMs: number }> {
  const { maxAttempts: _maxAttempts, ...aws } = connection(c.cloud);
  const key = ["id", "part"] as const;
  await new DynamoDBClient(aws).send(
    new CreateTableCommand({
      TableName: "runs",
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: key.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: key.map((AttributeName, index) => ({
        AttributeName,
        KeyType: index === 0 ? "HASH" : "RANGE",
      })),
    }),
  );
  const sqs = new SQSClient(aws);
  const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "hosts" }));
  const { clock } = c.cloud;
  const begun = clock.now();
  const deps = {
    ...{ aws, fetch, now: () => clock.now(), random: () => 0.5 },
    sleep: (milliseconds: number) => clock.advance(milliseconds),
  };
  const config = {
    settings: JOB,
    functions: {},
    queries: [[]],
    tableName: "runs",
    queueUrl: QueueUrl,
  };
  const handler = triggerHandler(config, deps, () => undefined);
  await handler({ run: {} }, { getRemainingTimeInMillis: () => 300_000 });
  const triggerMs = clock.now() - begun;
  const messages: RunMessage[] = [];
  for (;;) {
    const input = { QueueUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand(input));
    if (Messages.length === 0) return { messages, triggerMs };
    messages.push(...Messages.map(({ Body = "{}" }) => JSON.parse(Body) as RunMessage));
  }
}

/** Handles all messages, like the queue: one for each free worker. */
async function work(
  messages: readonly RunMessage[],
): Promise<{ tookMs: number; ok: number; started: number }> {
  let now = 0;
  let started = 0;
  const waiting: { at: number; wake: () => void }[] = [];
  const sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => waiting.push({ at: now + milliseconds, wake }));
  const store = memoryStore(() => []);
  const ports: RunPorts = {
    settings: JOB,
    functions: {},
    store,
    transport: {
      reach: async () => async () => {
        started += 1;
        await sleep(SESSION_MS);
        return { state: "ok" };
      },
    },
    writeLog: async () => "log",
    print: () => undefined,
    now: () => now,
    sleep,
  };
  const left = [...messages];
  let busy = 0;
  const worker = async (): Promise<void> => {
    busy += 1;
    for (let message = left.shift(); message; message = left.shift())
      await runMessage({ ...message, startBy: Infinity }, ports, now + 360_000);
    busy -= 1;
  };
  const workers = Array.from({ length: CONCURRENCY }, worker);
  while (busy > 0) {
    await new Promise((resolve) => setImmediate(resolve));
    waiting.sort((one, other) => one.at - other.at);
    now = waiting[0]?.at ?? now;
    while (waiting[0]?.at === now) waiting.shift()?.wake();
  }
  await Promise.all(workers);
  const ok = [...store.kept.values()].filter(({ state }) => state === "ok").length;
  return { tookMs: now, ok, started };
}
