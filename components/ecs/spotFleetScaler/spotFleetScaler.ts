import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { FLEET_NAMESPACE } from "../../../callbacks/ecs/spotFleetScaler/namespace";
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
import type { SpotFleetScalerArgs } from "./args";
import { checkSpotFleetScaler } from "./checks";
import { factsOf, policyAdvice } from "./fleetFacts";
import { settingsOf, sourceOf } from "./fleetRules";
import { createNoticesRule } from "./noticesRule";
import { scaledFleet } from "./scaledFleet";
import { createFleetScalerFunction } from "./scalerFunction";

const TYPE = "aws-callbacks:index:SpotFleetScaler";
const SERVICE_EVENTS: ServiceEventKind[] = ["SERVICE_TASK_PLACEMENT_FAILURE"];

/**
 * Scales a Spot Fleet request or an EC2 Fleet: alarms call a function that sets the target capacity, up while the load
 * stays high, and down again afterwards. Container instances of an ECS cluster are drained before they end, also when
 * Spot reclaims them. Its table records each decision with the reason.
 *
 * @example
 * new SpotFleetScaler("workers", { fleet, min: 2, max: 40, metric: "cpu", target: 60, excess: "terminate" });
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class SpotFleetScaler extends pulumi.ComponentResource {
  /** Checks the fleet and its metric, and sets the target capacity. */
  readonly function: CallbackFunction<never, unknown>;
  /** Decisions (`decision#<time>#<place>`), kept for 30 days, and the function's own state. */
  readonly table: aws.dynamodb.Table;
  /** Calls the function each minute while there is something to follow up. */
  readonly tickRule: aws.cloudwatch.EventRule;
  /** Calls it every five minutes instead, once low alarms have not led to a change for a long time. */
  readonly slowTickRule: aws.cloudwatch.EventRule;
  /** Calls the function when Spot reclaims instances; undefined without `cluster`, or if the scaler only observes. */
  readonly noticesRule?: aws.cloudwatch.EventRule;
  /** Calls the function when a task of `cluster` cannot be placed; undefined without `cluster`. */
  readonly unplacedRule?: aws.cloudwatch.EventRule;
  /** The alarms that call the function. */
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  /** Goes off when capacity is requested but does not start. */
  readonly capacityAlarm: aws.cloudwatch.MetricAlarm;
  readonly functionName: pulumi.Output<string>;
  readonly auditTableName: pulumi.Output<string>;
  readonly alarmNames: pulumi.Output<string[]>;

  constructor(name: string, args: SpotFleetScalerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, { policyExceptions: recordExceptions(name) }, opts);
    checkName(this, name, LONGEST_RULE_SUFFIX);
    checkSpotFleetScaler(this, args);
    const own = { parent: this };
    const { tags } = args;
    const settings = settingsOf(args);
    const source = sourceOf(this, args);
    const scaled = scaledFleet(this, args);
    this.table = createRecordTable(childName(name, "decisions"), { tags }, own);
    const tickRules = createTickRules(name, tags, own);
    this.tickRule = tickRules.minute;
    this.slowTickRule = tickRules.slow;
    const parts = { args, settings, source, scaled, table: this.table, tickRules };
    this.function = createFleetScalerFunction(name, parts, own);
    const subjects = subjectsOf(settings, [source]);
    const waking = { subjects, wakes: this.function, kind: "fleet scaler", tags };
    this.alarms = createWakingAlarms(name, waking, own);
    this.capacityAlarm = createCapacityAlarm(name, capacityAlarmArgs(name, args), own);
    const wakes = { function: this.function, tickRules };
    callByRules(name, { ...wakes, schedules: args.schedules, tags }, own);
    const { cluster } = scaled;
    if (cluster) {
      const asked = { cluster, events: SERVICE_EVENTS, wakes: this.function, tags };
      this.unplacedRule = createServicesRule(name, asked, own);
    }
    if (cluster && settings.mode === "scale")
      this.noticesRule = createNoticesRule(name, { wakes: this.function, tags }, own);
    wakeAfterUpdate(name, { ...wakes, settings, alarms: this.alarms }, own);
    if (settings.engine === "spotFleet") adviseAgainstSpotFleet(this, name);
    advisePolicy(this, name, args);
    this.functionName = this.function.name;
    this.auditTableName = this.table.name;
    this.alarmNames = pulumi.all([...this.alarms, this.capacityAlarm].map((alarm) => alarm.name));
    const { functionName, auditTableName: tableName } = this;
    const { min, max } = settings;
    const bounds = { min, max, unit: "units" };
    const record = { tableName, functionName, service: scaled.fleetId, ...bounds };
    recordScaler(name, { record, tags }, own);
    this.registerOutputs({ functionName, auditTableName: tableName, alarmNames: this.alarmNames });
  }
}

function capacityAlarmArgs(name: string, { alarmActions, tags }: SpotFleetScalerArgs) {
  return {
    alarmActions,
    tags,
    namespace: FLEET_NAMESPACE,
    alarmDescription: `Capacity that the scaler ${name} has requested does not start: check the fleet's history; other instance types or zones may have capacity.`,
  };
}

function advisePolicy(self: SpotFleetScaler, name: string, args: SpotFleetScalerArgs): void {
  const settings = { ...settingsOf(args), hasCluster: args.cluster !== undefined };
  factsOf(args.fleet).apply((facts) => {
    const advice = facts && policyAdvice(facts, settings);
    if (advice !== undefined) void pulumi.log.warn(`${name}: ${advice}`, self);
  });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-states.html: a legacy API with no planned investment */
function adviseAgainstSpotFleet(self: SpotFleetScaler, name: string): void {
  void pulumi.log.warn(
    `${name}: AWS calls Spot Fleet a legacy API without planned investment; an aws.ec2.Fleet takes the same launch template and overrides, and works with this scaler too.`,
    self,
  );
}
