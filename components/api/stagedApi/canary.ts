import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { CanaryRecord } from "../../../callbacks/api/stagedApi/history/apiRecord";
import { canaryFactory } from "../../../callbacks/api/stagedApi/canaryController";
import type { DecideCanary } from "../../../callbacks/api/stagedApi/canary/decideCanary";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import type { Statement } from "../../iam/statement";
import { locationOf } from "../../location";
import { childName } from "../../names";
import { type CanaryOptions, type StagedApiArgs, STAGES } from "./args";
import { anything, argumentError, checkArgs, describedError, fn } from "../../validation";

/** The names of alarms are stored in an SSM parameter of at most 4 KB. */
const MOST_ALARMS = 10;

/** What a controller monitors. */
export interface CanarySubject {
  readonly self: pulumi.Resource;
  readonly name: string;
  readonly function: CallbackFunction;
  /** Parameter with the history of prod. */
  readonly history: aws.ssm.Parameter;
  /** The alarm of the stage `prod`. */
  readonly prodAlarm: aws.cloudwatch.MetricAlarm;
}

/** Throws a ResourceError for options with which no controller could work. */
export function checkCanary(resource: pulumi.Resource, { canary, routes }: StagedApiArgs): void {
  if (canary === undefined || typeof canary === "boolean") {
    if (canary && routes.every(({ functionVariable }) => functionVariable))
      throw describedError(resource, "canary", "true", "no route has a callback to try");
    return;
  }
  if (typeof canary !== "object" || canary === null)
    throw argumentError(resource, "canary", canary, "give true or { alarms, decide }");
  checkArgs<CanaryOptions>(resource, canary, { alarms: anything, decide: fn }, "canary");
  const { alarms = [] } = canary;
  if (!Array.isArray(alarms) || alarms.length > MOST_ALARMS)
    throw argumentError(resource, "canary.alarms", alarms, `list at most ${MOST_ALARMS} alarms`);
  alarms.forEach((alarm, index) => {
    if (typeof alarm === "string") alarmName(alarm, resource, `canary.alarms[${index}]`);
  });
  checkCanary(resource, { canary: true, routes } as StagedApiArgs);
}

/**
 * Creates the function that stops a canary when there is a reason to. The rule that calls it is created disabled: the
 * command that starts a canary enables it, and the controller disables it when no canary is left.
 */
export function createCanary(
  subject: CanarySubject,
  args: StagedApiArgs,
): pulumi.Output<CanaryRecord> {
  const { self, name } = subject;
  const { alarms = [], decide = agree }: CanaryOptions =
    typeof args.canary === "object" ? args.canary : {};
  const alarmNames = [
    subject.prodAlarm.name,
    ...alarms.map((alarm, index) =>
      pulumi.output(alarm).apply((text) => alarmName(text, self, `canary.alarms[${index}]`)),
    ),
  ];
  const rule = new aws.cloudwatch.EventRule(
    childName(name, "canary"),
    {
      description: `Calls the controller of ${name} during a canary.`,
      scheduleExpression: "rate(1 minute)",
      state: "DISABLED",
      tags: args.tags,
    },
    { parent: self, ignoreChanges: ["state", "isEnabled"] },
  );
  const { runtime, logRetentionInDays, tags, alarmActions } = pickCallbackOptions(args);
  const controller = new CallbackFunction(
    childName(name, "canary"),
    {
      runtime,
      logRetentionInDays,
      tags,
      alarmActions,
      description: `Stops a canary of ${name} that causes an alarm or has expired.`,
      callbackFactory: canaryFactory(decide),
      // The next minute's call does the same with newer data.
      asynchronous: { maximumRetryAttempts: 1, maximumEventAgeInSeconds: 300 },
      environment: {
        FUNCTION_NAME: subject.function.name,
        ALIAS: STAGES.prod,
        ALARM_NAMES: pulumi.jsonStringify(alarmNames),
        HISTORY_PARAMETER: subject.history.name,
        RULE_NAME: rule.name,
      },
      permissions: controllerStatements(subject, rule, alarmNames),
    },
    { parent: self },
  );
  callEachMinute(childName(name, "canary"), rule, controller, self);
  return pulumi.output({ rule: rule.name, alarms: alarmNames });
}

const agree: DecideCanary = (_state, usual) => usual;

function callEachMinute(
  name: string,
  rule: aws.cloudwatch.EventRule,
  controller: CallbackFunction,
  parent: pulumi.Resource,
): void {
  const permission = new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: controller.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    childName(name, "target"),
    { rule: rule.name, arn: controller.arn },
    { parent, dependsOn: [permission] },
  );
}

/**
 * DescribeAlarms can be limited to alarms by name, but returns composite alarms only to callers who may describe all.
 * Metrics have no resource level.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
function controllerStatements(
  subject: CanarySubject,
  rule: aws.cloudwatch.EventRule,
  alarmNames: pulumi.Output<string>[],
): Statement[] {
  const { accountId, partition, region } = locationOf(subject.self);
  const alarms = pulumi.interpolate`arn:${partition}:cloudwatch:${region}:${accountId}:alarm`;
  return [
    { actions: ["lambda:GetAlias", "lambda:UpdateAlias"], resources: [subject.function.arn] },
    {
      actions: ["cloudwatch:DescribeAlarms"],
      resources: alarmNames.map((name) => pulumi.interpolate`${alarms}:${name}`),
    },
    { actions: ["cloudwatch:GetMetricData"], resources: ["*"] },
    { actions: ["ssm:GetParameter", "ssm:PutParameter"], resources: [subject.history.arn] },
    { actions: ["events:EnableRule", "events:DisableRule"], resources: [rule.arn] },
  ];
}

/** `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:errors` -> `errors` */
function alarmName(text: string, resource: pulumi.Resource, argument: string): string {
  const [, fromArn] = /^arn:[^:]+:cloudwatch:[^:]+:\d{12}:alarm:(.+)$/.exec(text) ?? [];
  const name = fromArn ?? text;
  if (name.length >= 1 && name.length <= 255 && !/[*?]|^arn:/.test(name)) return name;
  throw argumentError(resource, argument, text, "give the name or the ARN of one alarm");
}
