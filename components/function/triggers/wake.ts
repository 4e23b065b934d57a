import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { childName } from "../../names";
import type { CallbackFunction } from "../callbackFunction";

/**
 * Creates a rule that fires every `every` minutes, by default each minute. The function that it calls enables it when
 * needed, and disables it again.
 */
export function createMinuteRule(
  name: string,
  {
    every = 1,
    ...args
  }: Pick<aws.cloudwatch.EventRuleArgs, "description" | "tags"> & { readonly every?: number },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventRule {
  const scheduleExpression = every === 1 ? "rate(1 minute)" : `rate(${every} minutes)`;
  return new aws.cloudwatch.EventRule(
    name,
    { ...args, scheduleExpression, state: "DISABLED" },
    { ...opts, ignoreChanges: ["state", "isEnabled"] },
  );
}

/** Lets a rule call a function, with the reason `{ wake }` as its event; without a reason, with the original event. */
export function connectRule(
  name: string,
  rule: aws.cloudwatch.EventRule,
  target: CallbackFunction,
  wake: string | undefined,
  opts: pulumi.CustomResourceOptions,
): void {
  const permission = permitRule(name, rule, target, opts);
  new aws.cloudwatch.EventTarget(
    childName(name, "target"),
    { rule: rule.name, arn: target.arn, ...(wake ? { input: JSON.stringify({ wake }) } : {}) },
    { ...opts, dependsOn: [permission] },
  );
}

/** Permits only this rule to call a function. */
export function permitRule(
  name: string,
  rule: aws.cloudwatch.EventRule,
  target: CallbackFunction<never, unknown>,
  opts: pulumi.CustomResourceOptions,
): aws.lambda.Permission {
  return new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: target.name,
      principal: "events.amazonaws.com",
      sourceArn: rule.arn,
    },
    opts,
  );
}

/**
 * Lets an alarm call the function directly.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-actions-Lambda.html
 */
export function connectAlarm(
  name: string,
  alarm: aws.cloudwatch.MetricAlarm,
  target: CallbackFunction,
  opts: pulumi.CustomResourceOptions,
): void {
  new aws.lambda.Permission(
    name,
    {
      action: "lambda:InvokeFunction",
      function: target.name,
      principal: "lambda.alarms.cloudwatch.amazonaws.com",
      sourceArn: alarm.arn,
    },
    opts,
  );
}
