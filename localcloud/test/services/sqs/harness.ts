import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
  type ReceiveMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { expect } from "chai";
import { startCloud, type Cloud } from "../../../cloud/cloud";

/** A cloud whose time moves only with `advance`, with a client for its SQS. */
export interface SqsHarness {
  readonly cloud: Cloud;
  readonly sqs: SQSClient;
  /** Creates a queue and returns its URL. */
  queue(name: string, attributes?: Record<string, string>): Promise<string>;
  receive(
    queueUrl: string,
    options?: Omit<ReceiveMessageCommandInput, "QueueUrl">,
  ): Promise<Message[]>;
  advanceSeconds(seconds: number): Promise<void>;
  close(): Promise<void>;
}

export async function startSqs(): Promise<SqsHarness> {
  const cloud = await startCloud({ clock: "manual" });
  const sqs = new SQSClient({
    region: "us-east-1",
    endpoint: cloud.endpoint,
    credentials: { accessKeyId: "AKIAOWNER", secretAccessKey: "secret" },
    maxAttempts: 1,
  });
  return {
    cloud,
    sqs,
    async queue(name, attributes) {
      const command = new CreateQueueCommand({ QueueName: name, Attributes: attributes });
      return (await sqs.send(command)).QueueUrl ?? "";
    },
    async receive(queueUrl, options) {
      const command = new ReceiveMessageCommand({ QueueUrl: queueUrl, ...options });
      return (await sqs.send(command)).Messages ?? [];
    },
    advanceSeconds: (seconds) => cloud.clock.advance(seconds * 1000),
    async close() {
      sqs.destroy();
      await cloud.close();
    },
  };
}

/** Returns the ARN of a queue of the harness. */
export function arnOf(queueName: string): string {
  return `arn:aws:sqs:us-east-1:123456789012:${queueName}`;
}

/** Asserts that the call fails with this error name and this text (or part of it). */
export async function expectError(
  call: Promise<unknown>,
  name: string,
  text: string | RegExp,
): Promise<void> {
  const error = await call.then(
    () => expect.fail(`expected ${name}, but the call succeeded`),
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(Error);
  const { name: actualName, message } = error as Error;
  expect(`${actualName}: ${message}`).to.match(new RegExp(`^${name}: `));
  if (typeof text === "string") expect(message).to.equal(text);
  else expect(message).to.match(text);
}
