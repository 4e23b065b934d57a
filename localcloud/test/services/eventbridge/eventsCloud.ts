import {
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  type PutRuleCommandInput,
  PutTargetsCommand,
  type Target,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { startCloud, type Cloud } from "../../../cloud/cloud";
import { ACCOUNT, connection, services } from "../ecs/ecsCloud";

export interface Delivered {
  readonly id: string;
  readonly source: string;
  readonly "detail-type": string;
  readonly time: string;
  readonly resources: string[];
  readonly detail: Record<string, unknown>;
}

/** A cloud whose time moves only with `seconds`, with clients for EventBridge and SQS. */
export class EventsCloud {
  readonly events: EventBridgeClient;
  readonly sqs: SQSClient;

  private constructor(readonly cloud: Cloud) {
    this.events = new EventBridgeClient(connection(cloud));
    this.sqs = new SQSClient(connection(cloud));
  }

  static async start(): Promise<EventsCloud> {
    return new EventsCloud(await startCloud({ clock: "manual", services }));
  }

  async stop(): Promise<void> {
    this.events.destroy();
    this.sqs.destroy();
    await this.cloud.close();
  }

  seconds(count: number): Promise<void> {
    return this.cloud.clock.advance(count * 1000);
  }

  /** Creates a queue to which EventBridge may send; returns its ARN. */
  async queue(name: string, open = true): Promise<string> {
    const fifo = name.endsWith(".fifo");
    const { QueueUrl } = await this.sqs.send(
      new CreateQueueCommand({
        QueueName: name,
        ...(fifo && { Attributes: { FifoQueue: "true" } }),
      }),
    );
    const arn = `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;
    if (open)
      await this.sqs.send(
        new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: openTo(arn) } }),
      );
    return arn;
  }

  async rule(name: string, settings: Partial<PutRuleCommandInput>, ...targets: string[]) {
    await this.events.send(new PutRuleCommand({ Name: name, ...settings }));
    if (targets.length > 0)
      await this.targets(name, ...targets.map((Arn, index) => ({ Id: `t${index}`, Arn })));
  }

  async targets(Rule: string, ...Targets: Target[]): Promise<void> {
    await this.events.send(new PutTargetsCommand({ Rule, Targets }));
  }

  async put(source: string, detail: object, EventBusName?: string): Promise<string> {
    const { Entries } = await this.events.send(
      new PutEventsCommand({
        Entries: [
          { Source: source, DetailType: "test", Detail: JSON.stringify(detail), EventBusName },
        ],
      }),
    );
    return Entries?.[0].EventId ?? Entries?.[0].ErrorCode ?? "";
  }

  /** Takes all messages of a queue. */
  async messages(name: string): Promise<Message[]> {
    const QueueUrl = `${this.cloud.endpoint}/${ACCOUNT}/${name}`;
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
      for (const { ReceiptHandle } of Messages)
        await this.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      all.push(...Messages);
    }
  }

  async delivered(name: string): Promise<Delivered[]> {
    const messages = await this.messages(name);
    return messages.map(({ Body = "" }) => JSON.parse(Body) as Delivered);
  }
}

function openTo(queueArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: queueArn,
    },
  });
}
