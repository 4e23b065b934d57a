import { randomBytes } from "node:crypto";
import { AwsError, ConnectionLost } from "../../../../core/errors";
import { assumeRole } from "../assumeRole";
import type { GatewayScope } from "../exchange";
import { logBatches, type LogEvent } from "./logBatches";

/** Log group of messages. API Gateway creates log groups for execution logs, but never for access logs. */
export interface LogTarget {
  readonly group: string;
  readonly createGroup: boolean;
}

/** Log lines by target, collected until the end of the event loop's turn. */
export class LogDeliveries {
  private readonly waiting = new Map<string, LogEvent[]>();

  /**
   * Writes messages with the account's CloudWatch role. Like API Gateway, silently drops them if there is no role or
   * the role lacks permission.
   * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
   */
  deliver(
    scope: GatewayScope,
    target: LogTarget,
    messages: readonly string[],
    timestamp: number,
  ): void {
    if (scope.store.account.cloudwatchRoleArn === undefined || messages.length === 0) return;
    let events = this.waiting.get(target.group);
    if (!events) {
      this.waiting.set(target.group, (events = []));
      scope.cloud.gathered.atEndOfTurn(() => this.put(scope, target));
    }
    for (const message of messages) events.push({ timestamp, message });
  }

  private async put(scope: GatewayScope, target: LogTarget): Promise<void> {
    const events = this.waiting.get(target.group) ?? [];
    this.waiting.delete(target.group);
    const { cloudwatchRoleArn } = scope.store.account;
    if (cloudwatchRoleArn === undefined) return;
    try {
      for (const batch of logBatches(events))
        await putBatch(scope, target, cloudwatchRoleArn, batch);
    } catch (error) {
      if (!(error instanceof AwsError) && !(error instanceof ConnectionLost))
        process.emitWarning(error instanceof Error ? error : String(error));
    }
  }
}

async function putBatch(
  scope: GatewayScope,
  target: LogTarget,
  roleArn: string,
  events: readonly LogEvent[],
): Promise<void> {
  try {
    await putEvents(scope, target, roleArn, events);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== "ResourceNotFoundException") throw error;
    // The group was deleted and created again after its stream was opened.
    scope.store.runtime.logStreams.forget(target.group);
    await putEvents(scope, target, roleArn, events);
  }
}

async function putEvents(
  scope: GatewayScope,
  target: LogTarget,
  roleArn: string,
  logEvents: readonly LogEvent[],
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
  await call("PutLogEvents", { logGroupName: group, logStreamName: stream, logEvents });
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

function ignoreExisting(error: unknown): void {
  if (!(error instanceof AwsError) || error.code !== "ResourceAlreadyExistsException") throw error;
}
