import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { clusterScalerFactory } from "../../../callbacks/ecs/ecsClusterScaler/clusterScaler";
import type { ClusterScalerSettings } from "../../../callbacks/ecs/ecsClusterScaler/configuration";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import { metricsName } from "../../names";
import { alarmName } from "../scaling/scalingAlarms";
import type { TickRules } from "../scaling/wakeUps";
import type { EcsClusterScalerArgs } from "./args";
import type { ScaledGroup } from "./scaledGroup";
import { sourcesOf } from "./settings";
import { clusterScalerStatements } from "./statements";

/** Seconds: enough for a few calls, including retries after throttling. */
const TIMEOUT = 30;

export interface ClusterScalerParts {
  readonly args: EcsClusterScalerArgs;
  readonly settings: ClusterScalerSettings;
  readonly scaled: ScaledGroup;
  readonly table: aws.dynamodb.Table;
  readonly tickRules: TickRules;
}

/** Creates the scaler's only function: every caller makes it do the same. */
export function createClusterScalerFunction(
  name: string,
  { args, settings, scaled, table, tickRules }: ClusterScalerParts,
  opts: { readonly parent: pulumi.Resource },
): CallbackFunction<never, unknown> {
  const { rules } = settings;
  const high = rules.filter((one) => one.out).map((one) => alarmName(name, one, "high"));
  const low = rules.filter((one) => one.in).map((one) => alarmName(name, one, "low"));
  const sources = sourcesOf(scaled.cluster);
  const named = rules.map((one, index) => [one.name, sources[index]] as const);
  return new CallbackFunction<never, unknown>(
    name,
    {
      ...pickCallbackOptions(args),
      description: `Sets the number of instances of an ECS cluster (${settings.mode}).`,
      callbackFactory: clusterScalerFactory(settings, args.decide),
      timeout: TIMEOUT,
      environment: {
        SCALER_NAME: metricsName(name),
        CLUSTER_NAME: scaled.cluster,
        GROUP_NAME: scaled.group,
        TABLE_NAME: table.name,
        RULE_NAME: tickRules.minute.name,
        SLOW_RULE_NAME: tickRules.slow.name,
        HIGH_ALARMS: JSON.stringify(high),
        LOW_ALARMS: JSON.stringify(low),
        SOURCES: pulumi.jsonStringify(Object.fromEntries(named)),
      },
      permissions: clusterScalerStatements(opts.parent, {
        ...scaled,
        tableArn: table.arn,
        ruleArns: [tickRules.minute.arn, tickRules.slow.arn],
        alarmNames: [...high, ...low],
        isActing: settings.mode === "scale",
      }),
    },
    opts,
  );
}
