import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  type EventSourceMappingConfiguration,
} from "@aws-sdk/client-lambda";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { LambdaStore } from "../../../services/lambda/store";
import { LambdaCloud } from "./lambdaCloud";

/** Actions that a function's role needs to process messages of a queue. */
export const CONSUMER = [
  "sqs:ReceiveMessage",
  "sqs:DeleteMessage",
  "sqs:GetQueueAttributes",
  "logs:*",
];

/** Logs the bodies that it receives; fails for `bad`, or reports it if requested. */
export const READING = `
  exports.handler = async (event) => {
    const bodies = event.Records.map((record) => record.body);
    console.log("GOT " + JSON.stringify(bodies));
    if (process.env.MODE === "report")
      return { batchItemFailures: event.Records.filter((r) => r.body === "bad").map((r) => ({ itemIdentifier: r.messageId })) };
    if (bodies.includes("bad")) throw new Error("bad message");
  };`;

/** A cloud with a queue `work` and a function `reader` for its messages, which no mapping connects yet. */
export class MappedQueue {
  url = "";
  arn = "";

  private constructor(readonly aws: LambdaCloud) {}

  static async start(): Promise<MappedQueue> {
    const aws = await LambdaCloud.start("manual");
    const mapped = new MappedQueue(aws);
    await aws.grant("worker", CONSUMER);
    [mapped.url, mapped.arn] = await mapped.createQueue("work");
    await aws.create("reader", READING, { Timeout: 10 });
    return mapped;
  }

  async createQueue(
    QueueName: string,
    Attributes: Record<string, string> = {},
  ): Promise<[url: string, arn: string]> {
    const { QueueUrl = "" } = await this.aws.sqs.send(
      new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "30", ...Attributes } }),
    );
    return [QueueUrl, `arn:aws:sqs:us-east-1:123456789012:${QueueName}`];
  }

  /** Maps the queue to the function, or as `input` says. */
  map(
    input: Partial<CreateEventSourceMappingCommandInput> = {},
  ): Promise<EventSourceMappingConfiguration> {
    return this.aws.lambda.send(
      new CreateEventSourceMappingCommand({
        FunctionName: "reader",
        EventSourceArn: this.arn,
        ...input,
      }),
    );
  }

  async send(MessageBody: string): Promise<void> {
    await this.aws.sqs.send(new SendMessageCommand({ QueueUrl: this.url, MessageBody }));
  }

  /** Returns the bodies of each batch that the function logged. */
  batches(): string[][] {
    return this.aws.logs
      .lines("/aws/lambda/reader")
      .flatMap((line) => /GOT (.*)$/.exec(line)?.[1] ?? [])
      .map((text) => JSON.parse(text) as string[]);
  }

  async counts(): Promise<[visible: number, inFlight: number]> {
    const { Attributes } = await this.aws.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.url, AttributeNames: ["All"] }),
    );
    return [
      Number(Attributes?.ApproximateNumberOfMessages),
      Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
    ];
  }

  /** Resolves when Lambda has processed what it received. */
  async settled(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    // The registry's type does not know the type of a service's store.
    const { cloud } = this.aws;
    await (cloud.registry.named("lambda")?.store("us-east-1", cloud) as LambdaStore).idle();
  }
}
