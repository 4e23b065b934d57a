import type { ClusterScalerSettings } from "../../../callbacks/ecs/ecsClusterScaler/configuration";
import { limitsOf, ruleOf } from "../scaling/rules";
import type { SourceOfRule } from "../scaling/ruleSources";
import type * as pulumi from "@pulumi/pulumi";
import type { EcsClusterScalerArgs } from "./args";

/** Percent: full enough, and room for a task whose metric comes a minute late. */
const TARGET = 90;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
const RESERVATIONS = { cpu: "CPUReservation", memory: "MemoryReservation" } as const;

/** What the function decides by: the arguments with their defaults, as plain data. */
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

/** Where the values of the rules come from, in their order. */
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
