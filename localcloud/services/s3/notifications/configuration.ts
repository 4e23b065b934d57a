import { randomUUID } from "node:crypto";
import type { NotificationConfiguration } from "@aws-sdk/client-s3";
import { parseArn } from "../../../core/arn";
import { AwsError } from "../../../core/errors";
import { invalidArgument } from "../errors";
import type { Context } from "../objects/access";
import type { Bucket } from "../store";
import { destinationsOf, send, type Destination } from "./destinations";

const SERVICES = { queue: "sqs", topic: "sns", function: "lambda" } as const;

/**
 * Replaces the whole configuration after every destination has accepted a test event (for a function: a dry run).
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export async function putNotifications(
  bucket: Bucket,
  input: {
    readonly NotificationConfiguration: NotificationConfiguration;
    readonly SkipDestinationValidation?: boolean;
  },
  context: Context,
): Promise<void> {
  const configuration = withIds(input.NotificationConfiguration);
  const destinations = destinationsOf(configuration);
  for (const one of destinations) checkDestination(one);
  const ambiguous = destinations.find((one, index) =>
    destinations.slice(0, index).some((other) => overlap(one, other)),
  );
  if (ambiguous)
    throw invalidArgument(
      "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are overlapping for the same event type.",
    );
  if (!input.SkipDestinationValidation)
    await Promise.all(destinations.map((one) => tryDestination(one, bucket, context)));
  bucket.notifications = configuration;
}

function checkDestination({ kind, arn }: Destination): void {
  if (parseArn(arn)?.service !== SERVICES[kind])
    throw invalidArgument("The ARN could not be parsed");
  if (arn.endsWith(".fifo"))
    throw invalidArgument(
      `FIFO ${kind === "queue" ? "SQS queues" : "SNS topics"} are not supported.`,
    );
}

async function tryDestination(one: Destination, bucket: Bucket, context: Context): Promise<void> {
  const text = JSON.stringify({
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: context.clock.date().toISOString(),
    Bucket: bucket.name,
    RequestId: context.requestId,
    HostId: "localcloud",
  });
  try {
    await send(one, text, bucket, context.cloud, { dryRun: true });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw invalidArgument("Unable to validate the following destination configurations", {
      ArgumentName1: one.arn,
      ArgumentValue1: error.message,
    });
  }
}

function withIds(configuration: NotificationConfiguration): NotificationConfiguration {
  const named = <Item extends { Id?: string }>(list: Item[] | undefined): Item[] | undefined =>
    list?.map((one) => ({ ...one, Id: one.Id ?? randomUUID() }));
  return {
    ...configuration,
    QueueConfigurations: named(configuration.QueueConfigurations),
    TopicConfigurations: named(configuration.TopicConfigurations),
    LambdaFunctionConfigurations: named(configuration.LambdaFunctionConfigurations),
  };
}

/** Checks whether two rules overlap, which S3 forbids: both would report the same event of the same key. */
function overlap(one: Destination, other: Destination): boolean {
  const shared = one.events.some((event) =>
    other.events.some((name) => covered(event, name) || covered(name, event)),
  );
  const [a, b] = [partsOf(one), partsOf(other)];
  const prefixes = a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix);
  const suffixes = a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix);
  return shared && prefixes && suffixes;
}

function covered(event: string, pattern: string): boolean {
  return pattern.endsWith("*") ? event.startsWith(pattern.slice(0, -1)) : event === pattern;
}

function partsOf({ filter }: Destination): { prefix: string; suffix: string } {
  const rules = filter?.Key?.FilterRules ?? [];
  const of = (name: string): string =>
    rules.find((rule) => rule.Name?.toLowerCase() === name)?.Value ?? "";
  return { prefix: of("prefix"), suffix: of("suffix") };
}
