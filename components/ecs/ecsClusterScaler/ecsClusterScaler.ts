import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { NAMESPACE } from "../../../callbacks/ecs/ecsClusterScaler/namespace";
import type { CallbackFunction } from "../../function/callbackFunction";
import { checkName, childName } from "../../names";
import { createRecordTable } from "../../storage/recordTable";
import { recordExceptions, recordScaler } from "../scaling/recordScaler";
import { createServicesRule, type ServiceEventKind } from "../scaling/servicesRule";
import { subjectsOf } from "../scaling/scalingAlarms";
import {
  callByRules,
  createTickRules,
  wakeAfterUpdate,
  LONGEST_RULE_SUFFIX,
} from "../scaling/wakeUps";
import { createWakingAlarms } from "../scaling/wakingAlarms";
import { createCapacityAlarm } from "../scaling/watchAlarms";
import type { EcsClusterScalerArgs } from "./args";
import { checkEcsClusterScaler } from "./checks";
import { scaledGroup } from "./scaledGroup";
import { createClusterScalerFunction } from "./scalerFunction";
import { settingsOf, sourcesOf } from "./settings";

const TYPE = "aws-callbacks:index:EcsClusterScaler";
const SERVICE_EVENTS: ServiceEventKind[] = [
  "SERVICE_TASK_PLACEMENT_FAILURE",
  "SERVICE_STEADY_STATE",
];

/**
 * Gives an ECS cluster as many instances as its tasks need. It adds instances at once when a task cannot be placed or
 * little capacity is left, and removes an instance, after draining it, when all tasks fit on the others. Its table
 * records each decision with the reason.
 *
 * @example
 * const scaler = new EcsClusterScaler("cluster", {
 *   cluster,
 *   group,
 *   min: 1,
 *   max: 20,
 * });
 * @throws pulumi.ResourceError for a wrong argument, and a group that ECS itself scales.
 */
export class EcsClusterScaler extends pulumi.ComponentResource {
  /** Checks the cluster and its metrics, and sets the number of instances. */
  readonly function: CallbackFunction<never, unknown>;
  /** Decisions (`decision#<time>#<place>`), kept for 30 days, and the function's own state. */
  readonly table: aws.dynamodb.Table;
  /** Calls the function each minute while there is something to follow up. */
  readonly tickRule: aws.cloudwatch.EventRule;
  /** Calls it every five minutes instead, once low alarms have not led to a change for a long time. */
  readonly slowTickRule: aws.cloudwatch.EventRule;
  /** Calls the function when a task cannot be placed, or a service has reached a steady state. */
  readonly unplacedRule: aws.cloudwatch.EventRule;
  /** The alarms that call the function. */
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  /** Goes off when instances were requested but do not start. */
  readonly capacityAlarm: aws.cloudwatch.MetricAlarm;
  readonly functionName: pulumi.Output<string>;
  readonly auditTableName: pulumi.Output<string>;
  readonly alarmNames: pulumi.Output<string[]>;

  constructor(name: string, args: EcsClusterScalerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: recordExceptions(name) }, opts);
    checkName(this, name, LONGEST_RULE_SUFFIX);
    checkEcsClusterScaler(this, args);
    const own = { parent: this };
    const { tags } = args;
    const settings = settingsOf(args);
    const scaled = scaledGroup(this, args);
    this.table = createRecordTable(childName(name, "decisions"), { tags }, own);
    const tickRules = createTickRules(name, tags, own);
    this.tickRule = tickRules.minute;
    this.slowTickRule = tickRules.slow;
    const parts = { args, settings, scaled, table: this.table, tickRules };
    this.function = createClusterScalerFunction(name, parts, own);
    const subjects = subjectsOf(settings, sourcesOf(scaled.cluster));
    const waking = { subjects, wakes: this.function, kind: "cluster scaler", tags };
    this.alarms = createWakingAlarms(name, waking, own);
    this.capacityAlarm = createCapacityAlarm(name, capacityAlarmArgs(name, args), own);
    const { cluster } = scaled;
    const asked = { cluster, events: SERVICE_EVENTS, wakes: this.function, tags };
    this.unplacedRule = createServicesRule(name, asked, own);
    const wakes = { function: this.function, tickRules };
    callByRules(name, { ...wakes, schedules: args.schedules, tags }, own);
    wakeAfterUpdate(name, { ...wakes, settings, alarms: this.alarms }, own);
    this.functionName = this.function.name;
    this.auditTableName = this.table.name;
    this.alarmNames = pulumi.all([...this.alarms, this.capacityAlarm].map((alarm) => alarm.name));
    const { functionName, auditTableName: tableName } = this;
    const { min, max } = settings;
    const bounds = { min, max, unit: "instances" };
    const record = { tableName, functionName, cluster, service: scaled.group, ...bounds };
    recordScaler(name, { record, tags }, own);
    this.registerOutputs({ functionName, auditTableName: tableName, alarmNames: this.alarmNames });
  }
}

function capacityAlarmArgs(name: string, { alarmActions, tags }: EcsClusterScalerArgs) {
  return {
    alarmActions,
    tags,
    namespace: NAMESPACE,
    alarmDescription: `Instances that the scaler ${name} has requested do not join the cluster: check the activities of the group, and the user data.`,
  };
}
