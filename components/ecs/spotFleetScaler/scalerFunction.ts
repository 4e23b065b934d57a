import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FleetScalerSettings } from "../../../callbacks/ecs/spotFleetScaler/configuration";
import { fleetScalerFactory } from "../../../callbacks/ecs/spotFleetScaler/fleetScaler";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import { metricsName } from "../../names";
import type { SourceOfRule } from "../scaling/ruleSources";
import { alarmName } from "../scaling/scalingAlarms";
import type { TickRules } from "../scaling/wakeUps";
import type { SpotFleetScalerArgs } from "./args";
import type { ScaledFleet } from "./scaledFleet";
import { fleetScalerStatements } from "./statements";

/** Seconds: enough for a few calls, including retries after throttling. */
const TIMEOUT = 30;

export interface FleetScalerParts {
  readonly args: SpotFleetScalerArgs;
  readonly settings: FleetScalerSettings;
  readonly source: SourceOfRule;
  readonly scaled: ScaledFleet;
  readonly table: aws.dynamodb.Table;
  readonly tickRules: TickRules;
}

/** Creates the scaler's only function: every caller makes it do the same. */
export function createFleetScalerFunction(
  name: string,
  { args, settings, source, scaled, table, tickRules }: FleetScalerParts,
  opts: { readonly parent: pulumi.Resource },
): CallbackFunction<never, unknown> {
  const { rules } = settings;
  const high = rules.filter((rule) => rule.out).map((rule) => alarmName(name, rule, "high"));
  const low = rules.filter((rule) => rule.in).map((rule) => alarmName(name, rule, "low"));
  const { metric } = args;
  const { fleetId, cluster } = scaled;
  return new CallbackFunction<never, unknown>(
    name,
    {
      ...pickCallbackOptions(args),
      description: `Sets the target capacity of a fleet (${settings.mode}).`,
      callbackFactory: fleetScalerFactory(settings, args.decide),
      timeout: TIMEOUT,
      environment: {
        SCALER_NAME: metricsName(name),
        FLEET_ID: fleetId,
        ...(cluster ? { CLUSTER_NAME: cluster } : {}),
        TABLE_NAME: table.name,
        RULE_NAME: tickRules.minute.name,
        SLOW_RULE_NAME: tickRules.slow.name,
        HIGH_ALARMS: JSON.stringify(high),
        LOW_ALARMS: JSON.stringify(low),
        SOURCES: pulumi.jsonStringify(Object.fromEntries(rules.map((rule) => [rule.name, source]))),
      },
      permissions: fleetScalerStatements(opts.parent, {
        ...scaled,
        tableArn: table.arn,
        ruleArns: [tickRules.minute.arn, tickRules.slow.arn],
        alarmNames: [...high, ...low],
        queueArns: typeof metric === "object" && "queue" in metric ? [metric.queue.arn] : [],
        isActing: settings.mode === "scale",
      }),
    },
    opts,
  );
}
