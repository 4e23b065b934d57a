import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { NAMESPACE } from "../../../callbacks/ecs/ecsTaskScaler/namespace";
import type { CallbackFunction } from "../../function/callbackFunction";
import { checkName, childName } from "../../names";
import { createRecordTable } from "../../storage/recordTable";
import type { EcsTaskScalerArgs } from "./args";
import { checkEcsTaskScaler } from "./checks";
import { defaultCountPath } from "../pinnedDesiredCount";
import { recordExceptions, recordScaler } from "../scaling/recordScaler";
import { subjectsOf } from "../scaling/scalingAlarms";
import {
  callByRules,
  createTickRules,
  wakeAfterUpdate,
  LONGEST_RULE_SUFFIX,
} from "../scaling/wakeUps";
import { createWakingAlarms } from "../scaling/wakingAlarms";
import { createCapacityAlarm, createMissingMetricAlarms } from "../scaling/watchAlarms";
import { sourceOf } from "./metricSources";
import { scaledService } from "./scaledService";
import { createTaskScalerFunction } from "./scalerFunction";
import { metricsOf, settingsOf } from "./scalingRules";

const TYPE = "aws-callbacks:index:EcsTaskScaler";

/**
 * Scales an ECS service: alarms call a function that sets the desired count, up in steps while the load stays high, and
 * down again afterwards. Its table records each decision with the reason; `pinnedDesiredCount` gives the program the
 * current count.
 *
 * @example
 * const scaler = new EcsTaskScaler("web", {
 *   cluster,
 *   service,
 *   min: 2,
 *   max: 20,
 *   metric: "cpu",
 *   target: 60,
 * });
 * @throws pulumi.ResourceError for a wrong argument, and a service that cannot be scaled.
 */
export class EcsTaskScaler extends pulumi.ComponentResource {
  /** Checks the service and its metrics, and sets the desired count. */
  readonly function: CallbackFunction<never, unknown>;
  /** Decisions (`decision#<time>#<place>`), kept for 30 days, and the function's own state. */
  readonly table: aws.dynamodb.Table;
  /** Calls the function each minute while there is something to follow up. */
  readonly tickRule: aws.cloudwatch.EventRule;
  /** Calls it every five minutes instead, once low alarms have not led to a change for a long time. */
  readonly slowTickRule: aws.cloudwatch.EventRule;
  /** The alarms that call the function. */
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  /** Alarms for people: no capacity, or a metric without data. */
  readonly watchAlarms: aws.cloudwatch.MetricAlarm[];
  /** Name of the SSM parameter that pins the desired count. */
  readonly pinName: string;
  readonly functionName: pulumi.Output<string>;
  readonly auditTableName: pulumi.Output<string>;
  readonly alarmNames: pulumi.Output<string[]>;

  constructor(name: string, args: EcsTaskScalerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: recordExceptions(name) }, opts);
    checkName(this, name, LONGEST_RULE_SUFFIX);
    checkEcsTaskScaler(this, args);
    const parentOpts = { parent: this };
    const { tags } = args;
    const watched = { tags, alarmActions: args.alarmActions };
    const settings = settingsOf(args);
    const scaled = scaledService(this, args);
    const sources = metricsOf(args).map((one) => sourceOf(one, scaled));
    this.pinName = `${args.pinPath ?? defaultCountPath()}/${name}`;
    this.table = createRecordTable(childName(name, "decisions"), { tags }, parentOpts);
    const tickRules = createTickRules(name, tags, parentOpts);
    this.tickRule = tickRules.minute;
    this.slowTickRule = tickRules.slow;
    this.function = createTaskScalerFunction({
      self: this,
      name,
      args,
      settings,
      scaled,
      sources,
      table: this.table,
      tickRules,
      pinName: this.pinName,
    });
    const subjects = subjectsOf(settings, sources);
    const waking = { subjects, wakes: this.function, kind: "task scaler", tags };
    this.alarms = createWakingAlarms(name, waking, parentOpts);
    this.watchAlarms = [
      createCapacityAlarm(
        name,
        {
          ...watched,
          namespace: NAMESPACE,
          alarmDescription: `Tasks that the scaler ${name} has requested do not start: check the service's events.`,
        },
        parentOpts,
      ),
      ...createMissingMetricAlarms(name, subjects, watched, parentOpts),
    ];
    const wakes = { function: this.function, tickRules };
    callByRules(name, { ...wakes, schedules: args.schedules, tags }, parentOpts);
    wakeAfterUpdate(name, { ...wakes, settings, alarms: this.alarms }, parentOpts);
    this.functionName = this.function.name;
    this.auditTableName = this.table.name;
    this.alarmNames = pulumi.all([...this.alarms, ...this.watchAlarms].map((alarm) => alarm.name));
    const { functionName, auditTableName: tableName } = this;
    const { min, max } = settings;
    recordScaler(
      name,
      { record: { tableName, functionName, ...scaled, min, max }, tags },
      parentOpts,
    );
    this.registerOutputs({
      functionName: this.functionName,
      auditTableName: this.auditTableName,
      alarmNames: this.alarmNames,
    });
  }
}
