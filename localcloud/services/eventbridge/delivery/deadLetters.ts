import { AwsError } from "../../../core/errors";
import { servicePrincipal } from "../../../core/principal";
import type { EventBridgeStore } from "../store";
import type { Delivery } from "./deliver";
import { queueOf } from "./queueOf";

/** Why an event could not be delivered. */
export interface Failure {
  readonly error: Error;
  readonly retries: number;
  /** The limit that ended the retries; undefined if the error was final. */
  readonly exhausted?: string;
}

/**
 * Sends the event itself to the target's dead-letter queue, if it has one.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export async function sendToDeadLetters(
  { rule, target, event }: Delivery,
  { scope }: EventBridgeStore,
  { error, retries, exhausted }: Failure,
): Promise<void> {
  const arn = target.DeadLetterConfig?.Arn;
  if (arn === undefined) return;
  const { region, url } = queueOf(arn, scope.cloud.endpoint);
  const { name, message } = error;
  try {
    await scope.cloud.call({
      service: "sqs",
      operation: "SendMessage",
      input: {
        QueueUrl: url,
        MessageBody: JSON.stringify(event),
        MessageAttributes: attributes({
          RULE_ARN: rule.arn,
          TARGET_ARN: target.Arn,
          ERROR_CODE: ERROR_CODES[name] ?? "SDK_CLIENT_ERROR",
          ERROR_MESSAGE: message,
          EXHAUSTED_RETRY_CONDITION: exhausted,
          RETRY_ATTEMPTS: String(retries),
        }),
      },
      principal: servicePrincipal("events.amazonaws.com", rule.arn, scope.accountId),
      region,
    });
  } catch (failure) {
    // As on AWS, the event is lost if the queue does not exist or does not allow EventBridge to send.
    if (!(failure instanceof AwsError)) throw failure;
  }
}

const ERROR_CODES: Readonly<Record<string, string>> = {
  AccessDenied: "NO_PERMISSIONS",
  AccessDeniedException: "NO_PERMISSIONS",
  QueueDoesNotExist: "NO_RESOURCE",
  ResourceNotFoundException: "NO_RESOURCE",
  ClusterNotFoundException: "NO_RESOURCE",
  ThrottlingException: "THROTTLING",
  TooManyRequestsException: "THROTTLING",
};

function attributes(values: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined && value !== "")
      .map(([name, value]) => [name, { DataType: "String", StringValue: value }]),
  );
}
