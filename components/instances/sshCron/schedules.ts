import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { CallbackFunction } from "../../function/callbackFunction";
import { assumeRolePolicy, policyDocument } from "../../iam/iamPolicy";
import { childName } from "../../names";
import type { SshCronArgs } from "./args";
import { shortestPeriod } from "./period";
import { isFollowed } from "./settings";

export interface ScheduledFunctions {
  readonly trigger: CallbackFunction<never, unknown>;
  readonly reconciler: CallbackFunction<never, unknown>;
  /** Receives the events that the schedules could not deliver. */
  readonly failureQueue: aws.sqs.Queue;
}

/**
 * Creates one schedule for the job and one for the reconciler. The time at which an occurrence was due is its id:
 * Scheduler calls at least once.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function createSchedules(
  name: string,
  args: SshCronArgs,
  { trigger, reconciler, failureQueue }: ScheduledFunctions,
  opts: pulumi.CustomResourceOptions,
): { readonly schedule: aws.scheduler.Schedule; readonly watch: aws.scheduler.Schedule } {
  const { tags, flexibleMinutes, timezone, enabled = true } = args;
  const role = new aws.iam.Role(
    childName(name, "schedule"),
    { assumeRolePolicy: assumeRolePolicy("scheduler.amazonaws.com"), tags },
    opts,
  );
  const policy = new aws.iam.RolePolicy(
    childName(name, "schedule"),
    {
      role: role.name,
      policy: policyDocument(
        [
          {
            sid: "Call",
            actions: ["lambda:InvokeFunction"],
            resources: [trigger.arn, reconciler.arn],
          },
          { sid: "KeepFailures", actions: ["sqs:SendMessage"], resources: [failureQueue.arn] },
        ],
        opts.parent,
      ),
    },
    opts,
  );
  const target = (called: CallbackFunction<never, unknown>, input: object) => ({
    arn: called.arn,
    roleArn: role.arn,
    input: JSON.stringify(input),
    deadLetterConfig: { arn: failureQueue.arn },
  });
  const after = { ...opts, dependsOn: [policy] };
  const schedule = new aws.scheduler.Schedule(
    name,
    {
      description: `Starts the job ${name}.`,
      scheduleExpression: args.schedule,
      ...(timezone === undefined ? {} : { scheduleExpressionTimezone: timezone }),
      ...(args.startDate === undefined ? {} : { startDate: args.startDate }),
      ...(args.endDate === undefined ? {} : { endDate: args.endDate }),
      state: enabled ? "ENABLED" : "DISABLED",
      flexibleTimeWindow:
        flexibleMinutes === undefined
          ? { mode: "OFF" }
          : { mode: "FLEXIBLE", maximumWindowInMinutes: flexibleMinutes },
      target: target(trigger, { scheduledTime: "<aws.scheduler.scheduled-time>" }),
    },
    after,
  );
  const minutes = watchMinutes(args);
  const watch = new aws.scheduler.Schedule(
    childName(name, "watch"),
    {
      description: `Checks the runs of the job ${name}.`,
      scheduleExpression: minutes === 1 ? "rate(1 minute)" : `rate(${minutes} minutes)`,
      flexibleTimeWindow: { mode: "OFF" },
      target: target(reconciler, {}),
    },
    after,
  );
  return { schedule, watch };
}

const MOST_MINUTES = 60;

/**
 * Twice in a period, at least once an hour: so every run is ended within two periods. Each minute for waves or polling.
 */
export function watchMinutes(args: SshCronArgs): number {
  if (isFollowed(args)) return 1;
  const half = Math.floor(shortestPeriod(args) / 2 / 60_000);
  return Math.max(1, Math.min(MOST_MINUTES, half));
}
