import * as lambdaSdk from "@aws-sdk/client-lambda";
import * as sdk from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SQSClient,
  type Message,
} from "@aws-sdk/client-sqs";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import type { Operation, ServiceDefinition } from "../../../core/service";
import { services } from "../../../services";
import { ROOT_CREDENTIALS } from "../../../engine/session";

export const ACCOUNT = "123456789012";

export interface Body {
  readonly Type: string;
  readonly MessageId: string;
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
  readonly MessageAttributes?: Readonly<Record<string, { Type: string; Value: string }>>;
  readonly SequenceNumber?: string;
  readonly UnsubscribeURL: string;
}

/** A cloud with topics and queues; its fake functions only record their calls. */
export class SnsBench {
  private number = 0;

  private constructor(
    readonly invocations: { FunctionName: string; event: Record<string, unknown> }[],
    readonly cloud: Cloud,
    readonly sns: sdk.SNSClient,
    readonly sqs: SQSClient,
  ) {}

  static async start(): Promise<SnsBench> {
    const invocations: SnsBench["invocations"] = [];
    const invoke: Operation<unknown, { FunctionName: string; Payload: Uint8Array }, object> = {
      access: () => [],
      run({ FunctionName, Payload }) {
        const event = JSON.parse(Buffer.from(Payload).toString()) as Record<string, unknown>;
        invocations.push({ FunctionName, event });
        return { StatusCode: 202 };
      },
    };
    const lambda: ServiceDefinition<unknown> = {
      name: "lambda",
      signingName: "lambda",
      iamPrefix: "lambda",
      sdk: () => lambdaSdk,
      createStore: () => undefined,
      operations: { Invoke: invoke },
    };
    const others = services.filter(({ name }) => name !== "lambda");
    const cloud = await startCloud({ clock: "manual", services: [...others, lambda] });
    const [sns, sqs] = [new sdk.SNSClient(settings(cloud)), new SQSClient(settings(cloud))];
    return new SnsBench(invocations, cloud, sns, sqs);
  }

  async stop(): Promise<void> {
    this.sns.destroy();
    this.sqs.destroy();
    await this.cloud.close();
  }

  async topic(Attributes: Record<string, string> = {}): Promise<string> {
    const suffix = Attributes.FifoTopic === "true" ? ".fifo" : "";
    const Name = `topic-${(this.number += 1)}${suffix}`;
    const { TopicArn = "" } = await this.sns.send(new sdk.CreateTopicCommand({ Name, Attributes }));
    return TopicArn;
  }

  /** Creates a queue to which SNS may send. */
  async queue(Attributes: Record<string, string> = {}, letsSnsIn = true): Promise<string> {
    const suffix = Attributes.FifoQueue === "true" ? ".fifo" : "";
    const QueueName = `queue-${(this.number += 1)}${suffix}`;
    const statement = {
      Effect: "Allow",
      Principal: { Service: "sns.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: "*",
    };
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await this.sqs.send(
      new CreateQueueCommand({
        QueueName,
        Attributes: { ...Attributes, ...(letsSnsIn && { Policy }) },
      }),
    );
    return `arn:aws:sqs:us-east-1:${ACCOUNT}:${QueueName}`;
  }

  /** Takes all messages of a queue. */
  async messages(queueArn: string): Promise<Message[]> {
    const QueueUrl = `${this.cloud.endpoint}/${ACCOUNT}/${queueArn.split(":").at(-1)}`;
    const all: Message[] = [];
    for (;;) {
      const { Messages = [] } = await this.sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        }),
      );
      if (Messages.length === 0) return all;
      all.push(...Messages);
      for (const { ReceiptHandle } of Messages)
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }

  async bodies(queueArn: string): Promise<Body[]> {
    return (await this.messages(queueArn)).map(({ Body = "" }) => JSON.parse(Body) as Body);
  }

  async subscribe(
    TopicArn: string,
    Endpoint: string,
    Attributes: Record<string, string> = {},
    Protocol = "sqs",
  ): Promise<string> {
    const { SubscriptionArn = "" } = await this.sns.send(
      new sdk.SubscribeCommand({
        TopicArn,
        Protocol,
        Endpoint,
        Attributes,
        ReturnSubscriptionArn: true,
      }),
    );
    return SubscriptionArn;
  }

  publish(
    TopicArn: string,
    Message: string,
    more: Partial<sdk.PublishCommandInput> = {},
  ): Promise<sdk.PublishCommandOutput> {
    return this.sns.send(new sdk.PublishCommand({ TopicArn, Message, ...more }));
  }
}

export function settings(cloud: Cloud) {
  return {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: ROOT_CREDENTIALS,
    maxAttempts: 1,
  };
}
