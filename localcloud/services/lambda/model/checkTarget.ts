import { invalidParameter, isDenied } from "./errors";
import type { FunctionSettings } from "./model";
import type { LambdaStore } from "../store";

/** Refuses a dead-letter queue that the function's role may not send to. */
export async function checkDeadLetterTarget(
  store: LambdaStore,
  settings: FunctionSettings,
  functionName: string,
): Promise<void> {
  const target = settings.deadLetter?.TargetArn;
  if (!target || (await maySend(store, settings.role, functionName, target))) return;
  throw invalidParameter(
    "The provided execution role does not have permissions to call SendMessage on SQS",
  );
}

export function maySend(
  store: LambdaStore,
  role: string,
  functionName: string,
  queueArn: string,
): Promise<boolean> {
  const input = { QueueUrl: store.queueUrl(queueArn), MessageBody: "" };
  return mayCall(store, { role, functionName, service: "sqs", operation: "SendMessage", input });
}

/**
 * Checks whether a role may call an operation by calling it with invalid input. Services check permissions before
 * they validate the input, so the call never has an effect.
 */
export async function mayCall(
  store: LambdaStore,
  probe: { role: string; functionName: string; service: string; operation: string; input: object },
): Promise<boolean> {
  const { service, operation, input } = probe;
  const principal = store.roles.principal(probe.role, probe.functionName);
  try {
    await store.cloud.call({ service, operation, input, principal, region: store.region });
    return true;
  } catch (error) {
    return !isDenied(error);
  }
}
