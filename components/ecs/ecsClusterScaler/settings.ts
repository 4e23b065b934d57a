import type { ClusterScalerSettings } from "../../../callbacks/ecs/ecsClusterScaler/configuration";
import { limitsOf, ruleOf } from "../scaling/rules";
import type { SourceOfRule } from "../scaling/ruleSources";
import type * as pulumi from "@pulumi/pulumi";
import type { EcsClusterScalerArgs } from "./args";

/** Percent: uses most of the capacity, and leaves room for a task whose metric arrives a minute late. */
const TARGET = 90;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
const RESERVATIONS = { cpu: "CPUReservation", memory: "MemoryReservation" } as const;

/** Returns the settings of the function: the arguments with their defaults, as plain data. */
export function settingsOf(args: EcsClusterScalerArgs): ClusterScalerSettings {
  const isGiven =
    args.target !== undefined || args.scaleOut !== undefined || args.scaleIn !== undefined;
  const rule = { ...args, ...(isGiven ? {} : { target: TARGET }) };
  return {
    ...limitsOf(args),
    noun: "instance",
    rules: (["cpu", "memory"] as const).map((name) => ruleOf(rule, { name, kind: "average" })),
    holdDuringRollout: true,
    spare: args.spare ?? 0,
    drainTimeout: args.drainTimeout ?? 900,
  };
}

/** Returns the sources of the rules' values, in the order of the rules. */
export function sourcesOf(cluster: pulumi.Output<string>): SourceOfRule[] {
  return Object.values(RESERVATIONS).map((metricName) => ({
    metric: {
      namespace: "AWS/ECS",
      metricName,
      dimensions: { ClusterName: cluster },
      statistic: "Average",
    },
  }));
}
