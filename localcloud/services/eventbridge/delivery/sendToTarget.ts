import { randomUUID } from "node:crypto";
import { parseArn, type Arn } from "../../../core/arn";
import { rootPrincipal, servicePrincipal, type Principal } from "../../../core/principal";
import type { EventBridgeStore } from "../store";
import type { Delivery } from "./deliver";
import { queueOf } from "./queueOf";
import { runTaskInput } from "./runTaskInput";

type Send = (delivery: Delivery, arn: Arn, store: EventBridgeStore) => Promise<unknown>;

/** By service of the target's ARN; `checkTarget` refuses all others. */
const SENDERS: Readonly<Record<string, Send>> = {
  lambda: invokeFunction,
  sqs: sendMessage,
  logs: putLogEvent,
  events: putOnBus,
  ecs: runTask,
};

/** Tries to deliver once. Rejects with the error of the target's service. */
export async function sendToTarget(delivery: Delivery, store: EventBridgeStore): Promise<void> {
  const arn = parseArn(delivery.target.Arn ?? "");
  const send = SENDERS[arn?.service ?? ""];
  if (!arn || !send) throw new Error(`There is no way to send to ${delivery.target.Arn}.`);
  await send(delivery, arn, store);
}

function invokeFunction(
  { rule, target, input }: Delivery,
  { region }: Arn,
  { scope }: EventBridgeStore,
): Promise<unknown> {
  return scope.cloud.call({
    service: "lambda",
    operation: "Invoke",
    input: { FunctionName: target.Arn, InvocationType: "Event", Payload: Buffer.from(input) },
    principal: servicePrincipal("events.amazonaws.com", rule.arn, scope.accountId),
    region,
  });
}

function sendMessage(
  { rule, target, input, event }: Delivery,
  _arn: Arn,
  { scope }: EventBridgeStore,
): Promise<unknown> {
  const { region, url } = queueOf(target.Arn ?? "", scope.cloud.endpoint);
  const group = target.SqsParameters?.MessageGroupId;
  const fifo = target.Arn?.endsWith(".fifo");
  return scope.cloud.call({
    service: "sqs",
    operation: "SendMessage",
    input: {
      QueueUrl: url,
      MessageBody: input,
      ...(group !== undefined && { MessageGroupId: group }),
      ...(fifo && { MessageDeduplicationId: event.id }),
    },
    principal: servicePrincipal("events.amazonaws.com", rule.arn, scope.accountId),
    region,
  });
}

/** Writes with the account's own permission, because log groups of the local cloud have no resource policies. */
async function putLogEvent(
  { input, target }: Delivery,
  { region }: Arn,
  { scope }: EventBridgeStore,
): Promise<void> {
  const logGroupName = /:log-group:([^:]+)/.exec(target.Arn ?? "")?.[1];
  const logStreamName = randomUUID();
  const principal = rootPrincipal(scope.accountId);
  const call = (operation: string, more: object): Promise<unknown> =>
    scope.cloud.call({
      service: "cloudwatch-logs",
      operation,
      input: { logGroupName, logStreamName, ...more },
      principal,
      region,
    });
  await call("CreateLogStream", {});
  await call("PutLogEvents", {
    logEvents: [{ timestamp: scope.clock.now(), message: input }],
  });
}

/** Puts the event on another bus unchanged, with its id, its source and its time. */
function putOnBus(delivery: Delivery, { region }: Arn, store: EventBridgeStore): Promise<unknown> {
  const { target, event } = delivery;
  const entry = {
    Source: event.source,
    DetailType: event["detail-type"],
    Detail: JSON.stringify(event.detail),
    EventBusName: target.Arn,
  };
  return asRole(delivery, store, (principal) =>
    store.scope.cloud.call({
      service: "eventbridge",
      operation: "PutEvents",
      input: { Entries: [entry], forwarded: event },
      principal,
      region,
    }),
  );
}

function runTask(delivery: Delivery, { region }: Arn, store: EventBridgeStore): Promise<unknown> {
  return asRole(delivery, store, (principal) =>
    store.scope.cloud.call({
      service: "ecs",
      operation: "RunTask",
      input: runTaskInput(delivery),
      principal,
      region,
    }),
  );
}

/** Calls with the target's role; without one (a bus of the same account) as EventBridge itself. */
async function asRole(
  { rule, target }: Delivery,
  { scope }: EventBridgeStore,
  act: (principal: Principal) => Promise<unknown>,
): Promise<unknown> {
  const { RoleArn } = target;
  if (RoleArn === undefined)
    return act(servicePrincipal("events.amazonaws.com", rule.arn, scope.accountId));
  const { identity } = scope.cloud;
  const session = identity.assumeForService({
    roleArn: RoleArn,
    service: "events.amazonaws.com",
    sessionName: randomUUID().replaceAll("-", ""),
    sourceArn: rule.arn,
  });
  try {
    return await act(session.principal);
  } finally {
    identity.endSession(session.accessKeyId);
  }
}
