import { parseArn, type Arn } from "../../core/arn";
import { AwsError } from "../../core/errors";
import type { Principal } from "../../core/principal";
import { queueOf } from "../eventbridge/delivery/queueOf";
import { invalid } from "./api";
import type { Schedule, SchedulerStore } from "./store";

/** One request to a target, as it is sent and as a dead letter contains it. */
export interface TargetCall {
  readonly service: string;
  readonly operation: string;
  readonly input: object;
  readonly region?: string;
}

type Call = (schedule: Schedule, payload: string, arn: Arn, store: SchedulerStore) => TargetCall;

/**
 * Scheduler's "templated targets", by service and the first part of the resource.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
 */
const TARGETS: Readonly<Record<string, Call>> = {
  lambda: ({ Target }, payload, { region }) => ({
    service: "lambda",
    operation: "Invoke",
    input: { FunctionName: Target.Arn, InvocationType: "Event", Payload: Buffer.from(payload) },
    region,
  }),
  sqs: ({ Target }, payload, _arn, { scope }) => {
    const { region, url: QueueUrl } = queueOf(Target.Arn, scope.cloud.endpoint);
    const group = Target.SqsParameters?.MessageGroupId;
    const fifo = group !== undefined && { MessageGroupId: group };
    const input = { QueueUrl, MessageBody: payload, ...fifo };
    return { service: "sqs", operation: "SendMessage", input, region };
  },
  sns: ({ Target }, payload, { region }) => ({
    service: "sns",
    operation: "Publish",
    input: { TopicArn: Target.Arn, Message: payload },
    region,
  }),
  events: ({ Target }, payload, { region }) => ({
    service: "eventbridge",
    operation: "PutEvents",
    input: {
      Entries: [{ EventBusName: Target.Arn, Detail: payload, ...Target.EventBridgeParameters }],
    },
    region,
  }),
};

/** Refuses invalid targets, and targets of AWS that this cloud does not support. */
export function checkTarget({
  Arn,
  SqsParameters,
  EventBridgeParameters,
}: Schedule["Target"]): void {
  const arn = parseArn(Arn);
  if (!arn?.service) throw invalid(`Provided Arn is not in correct format: ${Arn}`);
  if (!TARGETS[arn.service]) {
    const what = Arn.includes(":::aws-sdk:") ? "the universal target" : "a target of the service";
    throw new AwsError(
      "NotImplemented",
      `The local cloud does not implement ${what} ${Arn}: its schedules call Lambda, SQS, SNS and EventBridge. ` +
        "Nothing was done; see docs/local-cloud.md for what is emulated.",
      { status: 501 },
    );
  }
  if (SqsParameters && arn.service !== "sqs")
    throw invalid("SqsParameters can only be given for an Amazon SQS queue.");
  if (arn.service === "events" && !EventBridgeParameters)
    throw invalid("EventBridgeParameters is required for an event bus.");
  if (arn.service === "sqs" && Arn.endsWith(".fifo") && !SqsParameters)
    throw invalid("SqsParameters with a MessageGroupId is required for a FIFO queue.");
}

export function targetCall(schedule: Schedule, payload: string, store: SchedulerStore): TargetCall {
  const arn = parseArn(schedule.Target.Arn);
  const call = TARGETS[arn?.service ?? ""];
  if (!arn || !call) throw new Error(`There is no way to call ${schedule.Target.Arn}.`);
  return call(schedule, payload, arn, store);
}

/** Runs one request of a schedule with a session of the target's role. */
export async function asRole<Result>(
  { Target: { RoleArn: roleArn }, GroupName }: Schedule,
  { scope }: SchedulerStore,
  act: (principal: Principal) => Promise<Result>,
): Promise<Result> {
  const { identity } = scope.cloud;
  const session = identity.assumeForService({
    roleArn,
    service: "scheduler.amazonaws.com",
    sessionName: "scheduler",
    sourceArn: groupArn(GroupName, scope),
  });
  try {
    return await act(session.principal);
  } finally {
    identity.endSession(session.accessKeyId);
  }
}

/**
 * Returns the ARN of the group: roles are assumed for it, not for the schedule.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
export function groupArn(group: string, at: { region: string; accountId: string }): string {
  return `arn:aws:scheduler:${at.region}:${at.accountId}:schedule-group/${group}`;
}
