import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { taskScalerFactory } from "../../../callbacks/ecs/ecsTaskScaler/taskScaler";
import type { TaskScalerSettings } from "../../../callbacks/ecs/ecsTaskScaler/configuration";
import { CallbackFunction } from "../../function/callbackFunction";
import { pickCallbackOptions } from "../../function/callbackOptions";
import { metricsName } from "../../names";
import type { EcsTaskScalerArgs } from "./args";
import type { SourceOfRule } from "../scaling/ruleSources";
import { alarmName } from "../scaling/scalingAlarms";
import type { TickRules } from "../scaling/wakeUps";
import type { ScaledService } from "./scaledService";
import { metricsOf } from "./scalingRules";
import { taskScalerStatements } from "./statements";

/** Seconds: enough for a few calls, including retries after throttling. */
const TIMEOUT = 30;

export interface TaskScalerParts {
  readonly self: pulumi.Resource;
  readonly name: string;
  readonly args: EcsTaskScalerArgs;
  readonly settings: TaskScalerSettings;
  readonly scaled: ScaledService;
  /** The source of each rule's values, in the order of the rules. */
  readonly sources: readonly SourceOfRule[];
  readonly table: aws.dynamodb.Table;
  readonly tickRules: TickRules;
  readonly pinName: string;
}

/** Creates the scaler's only function: every caller makes it do the same. */
export function createTaskScalerFunction(parts: TaskScalerParts): CallbackFunction<never, unknown> {
  const { self, name, args, settings, scaled, sources, table, tickRules, pinName } = parts;
  const namesOf = (kind: "high" | "low"): string[] =>
    settings.rules
      .filter((one) => (kind === "high" ? one.out : one.in))
      .map((one) => alarmName(name, one, kind));
  const [high, low] = [namesOf("high"), namesOf("low")];
  const named = settings.rules.map((one, index) => [one.name, sources[index]] as const);
  return new CallbackFunction<never, unknown>(
    name,
    {
      ...pickCallbackOptions(args),
      description: `Sets the desired count of an ECS service (${settings.mode}).`,
      callbackFactory: taskScalerFactory(settings, args.decide),
      timeout: TIMEOUT,
      environment: {
        SCALER_NAME: metricsName(name),
        CLUSTER_NAME: scaled.cluster,
        SERVICE_NAME: scaled.service,
        TABLE_NAME: table.name,
        RULE_NAME: tickRules.minute.name,
        SLOW_RULE_NAME: tickRules.slow.name,
        PIN_NAME: pinName,
        HIGH_ALARMS: JSON.stringify(high),
        LOW_ALARMS: JSON.stringify(low),
        SOURCES: pulumi.jsonStringify(Object.fromEntries(named)),
      },
      permissions: taskScalerStatements(self, {
        ...scaled,
        tableArn: table.arn,
        ruleArns: [tickRules.minute.arn, tickRules.slow.arn],
        pinName,
        alarmNames: [...high, ...low],
        queueArns: metricsOf(args).flatMap(({ metric }) =>
          typeof metric === "object" && "queue" in metric ? [metric.queue.arn] : [],
        ),
        isActing: settings.mode === "scale",
      }),
    },
    { parent: self },
  );
}
