import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { checkName, childName } from "../../names";
import { argumentError, checkArgs, fn, list, oneOf, required } from "../../validation";
import { createFunctionAlarms } from "../alarms";
import { CallbackFunction } from "../callbackFunction";
import { checkAlarmActions, checkTags } from "../sharedChecks";

/** Alarms that any function can have; its failure queue is watched by the code that created it. */
const ALARMS = ["errors", "throttles", "slow", "undelivered"] as const;
export type FunctionAlarm = (typeof ALARMS)[number];

export interface FunctionAlarmsArgs {
  /**
   * Functions to watch, by names that you choose, which their alarms are named after; "program" watches each function
   * that the program creates after this.
   */
  functions: Record<string, aws.lambda.Function | CallbackFunction> | "program";
  /**
   * Problems to watch: `errors`, `throttles`, `slow` (the slowest 5 % take over 80 % of the timeout), `undelivered` (a
   * failed event reached no failure queue). Default: all four.
   */
  alarms?: FunctionAlarm[];
  /** ARNs that the alarms notify. Default: none, with a warning; `[]` turns the warning off. */
  alarmActions?: pulumi.Input<string>[];
  /**
   * Returns what the person on call should do, for an alarm and a function's name; it is added to the alarm's
   * description. Default: only what went wrong.
   */
  runbook?: (alarm: FunctionAlarm, functionName: string) => string | undefined;
  /** Tags of every alarm. Default: none. */
  tags?: Record<string, pulumi.Input<string>>;
}

const TYPE = "aws-callbacks:index:FunctionAlarms";
const FUNCTION = "aws:lambda/function:Function";

/**
 * Creates the alarms of several functions at once, each with a runbook in its description.
 *
 * @example
 * new FunctionAlarms("alarms", {
 *   functions: "program",
 *   alarmActions: [topic.arn],
 *   runbook: (alarm, name) => `https://wiki.example.com/runbooks/${name}#${alarm}`,
 * });
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class FunctionAlarms extends pulumi.ComponentResource {
  /** The alarms created so far, by `<function>-<alarm>`. */
  readonly alarms: Record<string, aws.cloudwatch.MetricAlarm> = {};
  private readonly watched = new Set<string>();

  constructor(
    private readonly name: string,
    private readonly args: FunctionAlarmsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super(TYPE, name, {}, opts);
    checkName(this, name);
    checkArgs(this, args, {
      functions: required(checkFunctions),
      alarms: list(oneOf(ALARMS)),
      alarmActions: checkAlarmActions,
      runbook: fn,
      tags: checkTags,
    });
    if (args.functions === "program") this.watchProgram();
    else
      for (const [key, one] of Object.entries(args.functions)) {
        const made = one instanceof CallbackFunction ? one.function : one;
        this.watch(key, { functionName: made.name, timeout: timeoutOf(made) });
      }
    this.registerOutputs({});
  }

  /**
   * Watches each function that the program creates. Outputs of a resource cannot be read during its construction, so
   * they are read a moment later.
   */
  private watchProgram(): void {
    pulumi.runtime.registerStackTransformation(({ type, name, resource }) => {
      if (type !== FUNCTION) return undefined;
      const made = Promise.resolve(resource as aws.lambda.Function);
      this.watch(name, {
        functionName: pulumi.output(made.then((one) => one.name)),
        timeout: pulumi.output(made.then(timeoutOf)),
      });
      return undefined;
    });
  }

  private watch(
    key: string,
    subject: { functionName: pulumi.Output<string>; timeout: pulumi.Output<number> },
  ): void {
    if (this.watched.has(key))
      throw argumentError(
        this,
        "functions",
        key,
        "two functions of the program have this name, so their alarms would conflict; give functions by names that you choose",
      );
    this.watched.add(key);
    const { alarms = ALARMS, alarmActions, runbook, tags } = this.args;
    const made = createFunctionAlarms(
      childName(this.name, key),
      {
        alarms,
        subject,
        alarmActions,
        runbook: runbook && ((alarm) => runbook(alarm as FunctionAlarm, key)),
        tags,
      },
      { parent: this },
    );
    for (const [index, kind] of alarms.entries()) {
      const alarm = made[index];
      if (alarm) this.alarms[childName(key, kind)] = alarm;
    }
  }
}

/** Lambda's own default: https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html */
const DEFAULT_TIMEOUT = 3;

function timeoutOf(made: aws.lambda.Function): pulumi.Output<number> {
  return made.timeout.apply((seconds) => seconds ?? DEFAULT_TIMEOUT);
}

function checkFunctions(
  value: unknown,
  { resource, argument }: { resource: pulumi.Resource; argument: string },
): void {
  if (value === "program") return;
  const allowed = 'give functions by name, such as { greeting }, or "program" for all';
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0)
    throw argumentError(resource, argument, value, allowed);
  for (const [key, one] of Object.entries(value))
    if (!(one instanceof CallbackFunction) && !aws.lambda.Function.isInstance(one))
      throw argumentError(resource, `${argument}.${key}`, typeof one, allowed);
}
