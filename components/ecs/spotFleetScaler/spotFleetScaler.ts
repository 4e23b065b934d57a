import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  fleetScalerFactory,
  type FleetScalerSettings,
} from "../../../callbacks/ecs/spotFleetScaler/fleetScaler";
import { FLEET_NAMESPACE } from "../../../callbacks/ecs/spotFleetScaler/namespace";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import { checkName, childName, metricsName } from "../../names";
import { createRecordTable } from "../../storage/recordTable";
import type { SourceOfRule } from "../scaling/ruleSources";
import { alarmName, createScalingAlarms, subjectsOf } from "../scaling/scalingAlarms";
import { callByRules, connectAlarm, createTickRule, wakeAfterUpdate } from "../scaling/wakeUps";
import { createCapacityAlarm } from "../scaling/watchAlarms";
import type { SpotFleetScalerArgs } from "./args";
import { checkSpotFleetScaler } from "./checks";
import { settingsOf, sourceOf } from "./fleetRules";
import { fleetScalerStatements } from "./statements";

const TYPE = "aws-callbacks:index:SpotFleetScaler";
/** Seconds: a handful of calls, some of them again after a throttle. */
const TIMEOUT = 30;

/**
 * Alarms wake a function that sets the target capacity of a Spot Fleet request or an EC2 Fleet: up while the load stays,
 * and down again after it. What it decides, and why, is in its table.
 *
 * @example
 * new SpotFleetScaler("workers", { fleet, min: 2, max: 40, metric: "cpu", target: 60, excess: "terminate" });
 * @throws pulumi.ResourceError for a wrong argument.
 */
export class SpotFleetScaler extends pulumi.ComponentResource {
  /** Looks at the fleet and its metric, and sets the target. */
  readonly function: CallbackFunction<never, unknown>;
  /** Decisions (`decision#<time>`), kept for 30 days, and what the function remembers. */
  readonly table: aws.dynamodb.Table;
  /** Calls the function each minute while there is something to follow. */
  readonly tickRule: aws.cloudwatch.EventRule;
  /** What wakes the function. */
  readonly alarms: aws.cloudwatch.MetricAlarm[];
  /** Tells that capacity is wanted and does not come. */
  readonly capacityAlarm: aws.cloudwatch.MetricAlarm;
  readonly functionName: pulumi.Output<string>;
  readonly auditTableName: pulumi.Output<string>;

  constructor(name: string, args: SpotFleetScalerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(TYPE, name, {}, opts);
    checkName(this, name);
    checkSpotFleetScaler(this, args);
    const parentOpts = { parent: this };
    const { tags, alarmActions } = args;
    const settings = settingsOf(args);
    const source = sourceOf(args);
    this.table = createRecordTable(childName(name, "decisions"), { tags }, parentOpts);
    this.tickRule = createTickRule(name, tags, parentOpts);
    this.function = createFunction(this, name, { args, settings, source });
    this.alarms = createAlarms(this, name, { args, settings, source });
    this.capacityAlarm = createCapacityAlarm(
      name,
      {
        ...{ tags, alarmActions },
        namespace: FLEET_NAMESPACE,
        alarmDescription: `Capacity that the scaler ${name} has asked for does not come: look at the fleet's history; other instance types or zones may have some.`,
      },
      parentOpts,
    );
    const woken = { function: this.function, tickRule: this.tickRule };
    callByRules(name, { ...woken, schedules: args.schedules, tags }, parentOpts);
    wakeAfterUpdate(name, { ...woken, settings, alarms: this.alarms }, parentOpts);
    if (settings.engine === "spotFleet") adviseAgainstSpotFleet(this, name);
    this.functionName = this.function.name;
    this.auditTableName = this.table.name;
    this.registerOutputs({ functionName: this.functionName, auditTableName: this.auditTableName });
  }
}

interface Parts {
  readonly args: SpotFleetScalerArgs;
  readonly settings: FleetScalerSettings;
  readonly source: SourceOfRule;
}

function createFunction(
  self: SpotFleetScaler,
  name: string,
  { args, settings, source }: Parts,
): CallbackFunction<never, unknown> {
  const [rule] = settings.rules;
  const high = rule.out ? [alarmName(name, rule, "high")] : [];
  const low = rule.in ? [alarmName(name, rule, "low")] : [];
  const { metric, fleet } = args;
  return new CallbackFunction<never, unknown>(
    name,
    {
      ...pickCallbackOptions(args),
      description: `Sets the target capacity of a fleet (${settings.mode}).`,
      callbackFactory: fleetScalerFactory(settings, args.decide),
      timeout: TIMEOUT,
      environment: {
        SCALER_NAME: metricsName(name),
        FLEET_ID: fleet.id,
        TABLE_NAME: self.table.name,
        RULE_NAME: self.tickRule.name,
        HIGH_ALARMS: JSON.stringify(high),
        LOW_ALARMS: JSON.stringify(low),
        SOURCES: pulumi.jsonStringify({ [rule.name]: source }),
      },
      permissions: fleetScalerStatements(self, {
        engine: settings.engine,
        fleetId: fleet.id,
        tableArn: self.table.arn,
        ruleArn: self.tickRule.arn,
        alarmNames: [...high, ...low],
        queueArns: typeof metric === "object" && "queue" in metric ? [metric.queue.arn] : [],
        isActing: settings.mode === "scale",
      }),
    },
    { parent: self },
  );
}

function createAlarms(
  self: SpotFleetScaler,
  name: string,
  { args, settings, source }: Parts,
): aws.cloudwatch.MetricAlarm[] {
  const opts = { parent: self };
  const wakes = { wakes: self.function.arn, kind: "fleet scaler", tags: args.tags };
  const { high, low } = createScalingAlarms(name, subjectsOf(settings, [source]), wakes, opts);
  for (const [suffix, alarm] of [...high, ...low])
    connectAlarm(childName(name, suffix), alarm, self.function, opts);
  return [...high, ...low].map(([, alarm]) => alarm);
}

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-fleet-states.html: a legacy API with no planned investment */
function adviseAgainstSpotFleet(self: SpotFleetScaler, name: string): void {
  void pulumi.log.warn(
    `${name}: AWS calls Spot Fleet a legacy API without planned investment; an aws.ec2.Fleet takes the same launch template and overrides, and this scaler takes it as well.`,
    self,
  );
}
