import type { MetricRule } from "../../../callbacks/ecs/scaling/model";
import type { TaskScalerSettings } from "../../../callbacks/ecs/ecsTaskScaler/configuration";
import { limitsOf, ruleOf } from "../scaling/rules";
import type { EcsTaskScalerArgs, MetricArgs, ScalingMetric } from "./args";

/** Returns the metrics of a scaler, given as `metric` or as `metrics`. */
export function metricsOf({ metric, metrics, ...args }: EcsTaskScalerArgs): MetricArgs[] {
  if (metrics) return metrics;
  const { name, target, scaleOut, scaleIn } = args;
  return metric === undefined ? [] : [{ metric, name, target, scaleOut, scaleIn }];
}

/** Returns the settings of the function: the arguments with their defaults, as plain data. */
export function settingsOf(args: EcsTaskScalerArgs): TaskScalerSettings {
  const { resolution } = args;
  return {
    ...limitsOf(args),
    rules: metricsOf(args).map((one) =>
      ruleOf(one, {
        name: nameOf(one),
        kind: kindOf(one.metric),
        // `resolution` applies to ECS's own metrics only; the period of others depends on their publishers.
        ...(typeof one.metric === "string" && resolution ? { finest: resolution } : {}),
      }),
    ),
    holdDuringRollout: args.duringRollout !== "allow",
    ...(resolution === undefined ? {} : { resolution }),
  };
}

export function nameOf({ name, metric }: MetricArgs): string {
  if (name !== undefined) return name;
  if (typeof metric === "string") return metric;
  if ("queue" in metric) return "backlog";
  if ("requests" in metric) return "requests";
  return "metricName" in metric ? metric.metricName : "expression";
}

export function kindOf(metric: ScalingMetric): MetricRule["kind"] {
  if (typeof metric === "string") return "average";
  if ("queue" in metric || "requests" in metric) return "total";
  return metric.per === "service" ? "total" : "average";
}
