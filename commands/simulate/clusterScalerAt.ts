import type { ClusterScalerSettings } from "../../callbacks/ecs/ecsClusterScaler/configuration";
import type { MetricRule } from "../../callbacks/ecs/scaling/model";

/** Returns the settings of an EcsClusterScaler with these arguments and defaults for all others. */
export function clusterScalerAt({
  target,
  min,
  max,
}: {
  readonly target: number;
  readonly min: number;
  readonly max: number;
}): ClusterScalerSettings {
  const rule = (name: string): MetricRule => ({
    name,
    kind: "average",
    targets: { out: target, in: target },
    out: { threshold: target, period: 60, datapoints: 1, of: 1, cooldown: 0 },
    in: { threshold: target * 0.9, period: 60, datapoints: 10, of: 10, cooldown: 300 },
  });
  return {
    ...{ mode: "scale", min, max, schedules: [], rules: [rule("cpu"), rule("memory")] },
    ...{ warmup: 60, capacityTimeout: 600, holdDuringRollout: true, noun: "instance" },
    ...{ spare: 0, drainTimeout: 900 },
  };
}
