import type {
  NotificationConfiguration,
  NotificationConfigurationFilter,
} from "@aws-sdk/client-s3";
import { parseArn } from "../../../core/arn";
import { servicePrincipal } from "../../../core/principal";
import type { CloudApi } from "../../../core/service";
import { queueOf } from "../../eventbridge/delivery/queueOf";
import type { Bucket } from "../store";

/** A destination of a bucket's event notifications. */
export interface Destination {
  readonly kind: "queue" | "topic" | "function";
  readonly arn: string;
  readonly id: string;
  readonly events: readonly string[];
  readonly filter?: NotificationConfigurationFilter;
}

/** Merges the three lists of a configuration into one. */
export function destinationsOf(configuration: NotificationConfiguration): Destination[] {
  const { QueueConfigurations = [], TopicConfigurations = [] } = configuration;
  const { LambdaFunctionConfigurations = [] } = configuration;
  const of = (
    kind: Destination["kind"],
    arn: string | undefined,
    {
      Id,
      Events,
      Filter,
    }: { Id?: string; Events?: string[]; Filter?: NotificationConfigurationFilter },
  ): Destination => ({ kind, arn: arn ?? "", id: Id ?? "", events: Events ?? [], filter: Filter });
  return [
    ...QueueConfigurations.map((one) => of("queue", one.QueueArn, one)),
    ...TopicConfigurations.map((one) => of("topic", one.TopicArn, one)),
    ...LambdaFunctionConfigurations.map((one) => of("function", one.LambdaFunctionArn, one)),
  ];
}

/** Checks whether a destination includes an event: `s3:ObjectCreated:*` includes `s3:ObjectCreated:Put`. */
export function covers({ events }: Pick<Destination, "events">, name: string): boolean {
  return events.some((pattern) =>
    pattern.endsWith("*")
      ? `s3:${name}`.startsWith(pattern.slice(0, -1))
      : pattern === `s3:${name}`,
  );
}

/** Checks whether a key has the prefix and suffix that a destination filters by. */
export function fits({ filter }: Pick<Destination, "filter">, key: string): boolean {
  return (filter?.Key?.FilterRules ?? []).every(({ Name, Value = "" }) =>
    Name?.toLowerCase() === "prefix" ? key.startsWith(Value) : key.endsWith(Value),
  );
}

/** Sends a text to a destination as S3 does. Rejects with the destination's error. */
export function send(
  { kind, arn }: Pick<Destination, "kind" | "arn">,
  text: string,
  bucket: Bucket,
  cloud: CloudApi,
  { dryRun = false } = {},
): Promise<unknown> {
  const source = `arn:aws:s3:::${bucket.name}`;
  const principal = servicePrincipal("s3.amazonaws.com", source, cloud.accountId);
  const call = (service: string, operation: string, input: object): Promise<unknown> =>
    cloud.call({ service, operation, input, principal, region: parseArn(arn)?.region });
  switch (kind) {
    case "queue":
      return call("sqs", "SendMessage", {
        QueueUrl: queueOf(arn, cloud.endpoint).url,
        MessageBody: text,
      });
    case "topic":
      return call("sns", "Publish", {
        TopicArn: arn,
        Subject: "Amazon S3 Notification",
        Message: text,
      });
    case "function":
      return call("lambda", "Invoke", {
        FunctionName: arn,
        InvocationType: dryRun ? "DryRun" : "Event",
        Payload: Buffer.from(text),
      });
  }
}
