import { randomBytes } from "node:crypto";
import { AwsError } from "../../../../core/errors";
import { ConnectionLost } from "../../../../cloud/faults";
import { assumeRole } from "../assumeRole";
import type { GatewayScope } from "../exchange";

/** Where messages go; API Gateway creates its own execution log groups, never those of access logs. */
export interface LogTarget {
  readonly group: string;
  readonly createGroup: boolean;
}

/**
 * Writes messages as the account's CloudWatch role. Without a role, or when the role may not, nothing
 * is written and nobody is told: so does API Gateway.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
 */
export async function deliverLogs(
  scope: GatewayScope,
  target: LogTarget,
  messages: readonly string[],
  timestamp: number,
): Promise<void> {
  const { cloudwatchRoleArn } = scope.store.account;
  if (cloudwatchRoleArn === undefined || messages.length === 0) return;
  try {
    await putEvents(scope, target, cloudwatchRoleArn, messages, timestamp);
  } catch (error) {
    if (isNotFound(error)) {
      // The group was replaced since its stream was opened.
      scope.store.runtime.logStreams.forget(target.group);
      await putEvents(scope, target, cloudwatchRoleArn, messages, timestamp).catch(ignoreAwsError);
      return;
    }
    ignoreAwsError(error);
  }
}

async function putEvents(
  scope: GatewayScope,
  target: LogTarget,
  roleArn: string,
  messages: readonly string[],
  timestamp: number,
): Promise<void> {
  const call = logsCaller(scope, roleArn);
  const { group } = target;
  const stream = await scope.store.runtime.logStreams.open(group, async () => {
    const name = randomBytes(16).toString("hex");
    if (target.createGroup)
      await call("CreateLogGroup", { logGroupName: group }).catch(ignoreExisting);
    await call("CreateLogStream", { logGroupName: group, logStreamName: name });
    return name;
  });
  await call("PutLogEvents", {
    logGroupName: group,
    logStreamName: stream,
    logEvents: messages.map((message) => ({ timestamp, message })),
  });
}

function logsCaller(
  scope: GatewayScope,
  roleArn: string,
): (operation: string, input: object) => Promise<unknown> {
  const { principal } = assumeRole(scope, roleArn);
  return (operation, input) =>
    scope.cloud.call({
      service: "cloudwatch-logs",
      operation,
      input,
      principal,
      region: scope.region,
    });
}

function isNotFound(error: unknown): boolean {
  return error instanceof AwsError && error.code === "ResourceNotFoundException";
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof AwsError) || error.code !== "ResourceAlreadyExistsException") throw error;
}

function ignoreAwsError(error: unknown): void {
  if (!(error instanceof AwsError) && !(error instanceof ConnectionLost)) throw error;
}
