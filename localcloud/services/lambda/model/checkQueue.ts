import type { GetQueueAttributesResult } from "@aws-sdk/client-sqs";
import { AwsError } from "../../../core/errors";
import { invalidParameter, isDenied } from "./errors";
import type { FunctionSettings } from "./model";
import type { LambdaStore } from "../store";

/**
 * Refuses a queue that does not exist, that the function's role may not consume, or whose visibility timeout is
 * shorter than the function's timeout, so that messages would reappear while the function still processes them.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export async function checkQueue(
  store: LambdaStore,
  functionName: string,
  settings: FunctionSettings,
  queueArn: string,
): Promise<void> {
  const QueueUrl = store.queueUrl(queueArn);
  const call = <Output>(operation: string, input: object): Promise<Output> =>
    store.cloud.call<Output>({
      service: "sqs",
      operation,
      input: { QueueUrl, ...input },
      principal: store.roles.principal(settings.role, functionName),
      region: store.region,
    });
  // Both calls have invalid input. SQS checks permissions first and then refuses the input, so no message is touched.
  await probe("ReceiveMessage", call("ReceiveMessage", { MaxNumberOfMessages: 0 }));
  await probe("DeleteMessage", call("DeleteMessage", { ReceiptHandle: "permission-check" }));
  const { Attributes } = await describeQueue(
    call<GetQueueAttributesResult>("GetQueueAttributes", { AttributeNames: ["VisibilityTimeout"] }),
  );
  const visibility = Number(Attributes?.VisibilityTimeout ?? 30);
  if (visibility < settings.timeout)
    throw invalidParameter(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ` +
        `${settings.timeout} seconds`,
    );
}

async function probe(action: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (isDenied(error)) throw noPermission(action);
    if (isMissing(error)) throw missingQueue(error);
  }
}

async function describeQueue(
  call: Promise<GetQueueAttributesResult>,
): Promise<GetQueueAttributesResult> {
  try {
    return await call;
  } catch (error) {
    if (isDenied(error)) throw noPermission("GetQueueAttributes");
    if (isMissing(error)) throw missingQueue(error);
    throw error;
  }
}

function noPermission(action: string): AwsError {
  return invalidParameter(
    `The function execution role does not have permissions to call ${action} on SQS`,
  );
}

function isMissing(error: unknown): error is AwsError {
  return error instanceof AwsError && /QueueDoesNotExist|NonExistentQueue/.test(error.code);
}

function missingQueue(error: AwsError): AwsError {
  return invalidParameter(
    "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. " +
      `SQS Error Message: ${error.message}`,
  );
}
