import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { NAMESPACE } from "../../../callbacks/instances/lifecycleHooks/metrics";
import { createOwnMetricAlarm } from "../../function/ownMetricAlarm";
import { childName, metricsName } from "../../names";
import type { LifecycleHookArgs } from "./args";

/** Creates the alarms for an abandoned launch, and for launches that keep failing. */
export function createHookAlarms(
  name: string,
  { alarmActions, tags }: LifecycleHookArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm[] {
  const alarm = (suffix: string, metricName: string, alarmDescription: string) =>
    createOwnMetricAlarm(
      childName(name, suffix),
      {
        alarmDescription,
        namespace: NAMESPACE,
        metricName,
        dimensions: { Hook: metricsName(name) },
        statistic: "Maximum",
        alarmActions,
        tags,
      },
      opts,
    );
  return [
    alarm(
      "abandoned",
      "Abandoned",
      `${name} abandoned an instance: its log says why, with level ERROR.`,
    ),
    alarm(
      "launch-loop",
      "LaunchLoop",
      `Launches keep failing, and each costs an instance: the log of ${name} shows the group, the reason, and how to resume it.`,
    ),
  ];
}
